// One alert per unicorn and rule, grouped by rule with the worst first.
import type { Alert } from '../api/console_api';
import { parseStatusTime } from '../fleet/reading';

export interface AlertGroup {
  metric: string;
  title: string;
  alerts: Alert[];
  open: number;
  worst: Alert;
}

const titles: Record<string, string> = {
  HealthPoints: 'Health points below 100',
  MagicPoints: 'Magic points below 100',
};

export function isOpen(alert: Alert): boolean {
  const state = String(alert.state ?? 'open').toLowerCase();
  return state !== 'resolved' && state !== 'acknowledged';
}

/** The newest alert of each unicorn and rule; a function may write a row for every bad reading. */
export function newestPerRule(alerts: Alert[]): Alert[] {
  const newest = new Map<string, Alert>();
  for (const alert of alerts) {
    if (typeof alert?.unicorn !== 'string' || typeof alert.metric !== 'string') continue;
    const key = `${alert.metric}\n${alert.unicorn}`;
    const known = newest.get(key);
    if (!known || timeOf(alert) >= timeOf(known)) newest.set(key, alert);
  }
  return [...newest.values()];
}

/** Epoch milliseconds; 0 when the alert does not say. */
export function timeOf(alert: Alert): number {
  const millis = parseStatusTime(alert.time);
  return Number.isNaN(millis) ? 0 : millis;
}

export function groupAlerts(alerts: Alert[]): AlertGroup[] {
  const byMetric = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const group = byMetric.get(alert.metric);
    if (group) group.push(alert);
    else byMetric.set(alert.metric, [alert]);
  }
  const groups = [...byMetric].map(([metric, list]) => {
    const sorted = list.sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || a.value - b.value);
    return {
      metric,
      title: titles[metric] ?? metric,
      alerts: sorted,
      worst: sorted[0]!,
      open: sorted.filter(isOpen).length,
    };
  });
  return groups.sort((a, b) => b.open - a.open || (a.title < b.title ? -1 : 1));
}
