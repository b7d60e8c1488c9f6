// What the page holds: the feed, the alerts, and what the user chose. Components read and set the
// signals.
import { computed, effect, signal } from '@preact/signals';
import { AlertFeed } from '../alerts/alert_feed';
import type { Chip, ListView } from '../fleet/filter';
import { LiveFeed } from '../live/feed';
import { selectionInAddress, writeSelection } from './router';

export const feed = new LiveFeed();
export const alerts = new AlertFeed();

export const selected = signal<string | null>(selectionInAddress());
export const hovered = signal<string | null>(null);
export const follow = signal(false);
export const trails = signal(true);
export const drawerOpen = signal(false);
export const helpOpen = signal(false);
export const settingsOpen = signal(false);
export const listView = signal<ListView>({
  search: '',
  chips: new Set<Chip>(),
  sort: 'status',
  descending: false,
});

/** Counts up twice a second: what shows ages and lists reads it. */
export const pulse = signal(0);

export const openAlerts = computed(() => alerts.open.value.length);

export function select(name: string | null): void {
  selected.value = name;
  if (name === null) follow.value = false;
  else feed.store.value?.watch(name);
}

export function startState(): void {
  void feed.start();
  alerts.start();
  setInterval(() => {
    feed.store.value?.age(performance.now());
    pulse.value++;
  }, 500);
  effect(() => writeSelection(selected.value));
  effect(() => {
    const names = alerts.open.value.map((alert) => alert.unicorn);
    feed.store.value?.setAlerting(names);
  });
  effect(() => {
    pulse.value;
    document.title = titleOf(feed.store.value?.onMap ?? 0, openAlerts.value);
  });
}

export function titleOf(unicorns: number, alertCount: number): string {
  const word = unicorns === 1 ? 'unicorn' : 'unicorns';
  const count = unicorns === 0 ? '' : `${unicorns.toLocaleString('en')} ${word} · `;
  return `${alertCount > 0 ? `(${alertCount}) ` : ''}${count}Wild Rydes`;
}
