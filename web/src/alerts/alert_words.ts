// What rules and alerts are called, and the rules that a user may make.
import type { Alert, AlertGroup, AlertRule } from '../api/console_api';

export const metrics: Record<string, string> = {
  HealthPoints: 'Health',
  MagicPoints: 'Magic',
};

/** What a rule says around its threshold: before and after the number. */
export function ruleWords(rule: AlertRule): [string, string] {
  switch (rule.kind) {
    case 'vitals-below':
      return [`${metrics[rule.metric] ?? rule.metric} below`, 'points'];
    case 'silent-for':
      return ['A unicorn silent for', 'seconds'];
    case 'iterator-age':
      return ['A consumer behind by', 'seconds'];
    case 'function-errors':
      return ['A function fails', ''];
    case 'delivery-failures':
      return ['A delivery fails', ''];
  }
}

export function hasThreshold(rule: Pick<AlertRule, 'kind'>): boolean {
  return rule.kind !== 'function-errors' && rule.kind !== 'delivery-failures';
}

/** Rules without a metric that may be added: kind, words, first threshold. */
const further: [AlertRule['kind'], string, number][] = [
  ['silent-for', 'Silent for', 60],
  ['iterator-age', 'Consumer behind by', 60],
  ['function-errors', 'Function fails', 0],
  ['delivery-failures', 'Delivery fails', 0],
];

/** A rule without a threshold says all that there is to say: one of its kind is enough. */
export function addable(rules: AlertRule[]): typeof further {
  return further.filter(
    ([kind]) => hasThreshold({ kind }) || !rules.some((rule) => rule.kind === kind),
  );
}

/** An id for a new rule that no other has. */
export function newRuleId(rules: AlertRule[], kind: string): string {
  const taken = new Set(rules.map((rule) => rule.id));
  for (let i = 1; ; i++) {
    const id = `${kind}-${i}`;
    if (!taken.has(id)) return id;
  }
}

/** The value of an alert with its unit. */
export function valueWords(group: Pick<AlertGroup, 'title'>, value: number): string {
  const rounded = String(Math.round(value * 10) / 10);
  if (/fails$/.test(group.title)) return '';
  return /Silent|behind/.test(group.title) ? `${rounded} s` : rounded;
}

/** The rule as the workshop's streaming SQL; only vital signs can be asked for in it. */
export function ruleAsSql(rule: AlertRule): string | null {
  if (rule.kind !== 'vitals-below') return null;
  const column = `"${rule.metric}"`;
  return `CREATE OR REPLACE STREAM "DESTINATION_SQL_STREAM" (
  "Name" VARCHAR(64), "StatusTime" TIMESTAMP, ${column} INTEGER);
CREATE OR REPLACE PUMP "STREAM_PUMP" AS
  INSERT INTO "DESTINATION_SQL_STREAM"
  SELECT STREAM "Name", "ROWTIME", ${column}
  FROM "SOURCE_SQL_STREAM_001"
  WHERE ${column} < ${rule.threshold};`;
}

/** The worst of those that are not over; else the first. */
export function worstOf(group: AlertGroup): Alert | undefined {
  return group.alerts[0];
}
