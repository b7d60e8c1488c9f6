// What the page holds: the feed, the alerts, and what the user chose. Components read and set the
// signals.
import { computed, effect, signal } from '@preact/signals';
import { AlertFeed } from '../alerts/alert_feed';
import { ring } from '../alerts/sound';
import type { Chip, ListView } from '../fleet/filter';
import { LiveFeed } from '../live/feed';
import { historyOf } from '../replay/history_of';
import { Replay } from '../replay/replay';
import { selectionInAddress, writeSelection } from './router';

export const feed = new LiveFeed();
const serverNow = () => feed.serverNow();
export const replay = new Replay(
  historyOf(() => feed.stream, serverNow),
  serverNow,
);
/** The fleet as it is, or as it was. */
export const shownStore = computed(() => replay.store.value ?? feed.store.value);
export const alerts = new AlertFeed(() => selected.value ?? '');

export const selected = signal<string | null>(selectionInAddress());
export const hovered = signal<string | null>(null);
export const follow = signal(false);
export const trails = signal(true);
export const drawerOpen = signal(false);
export const rulesOpen = signal(false);
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

export const openAlerts = alerts.open;

export function select(name: string | null): void {
  if (selected.value === name) return;
  selected.value = name;
  alerts.refresh();
  if (name === null) follow.value = false;
  else shownStore.value?.watch(name);
}

export function startState(): void {
  void feed.start();
  alerts.start();
  setInterval(() => {
    feed.store.value?.age(performance.now());
    pulse.value++;
  }, 500);
  effect(() => {
    // The first unicorns are shown as they come, not at the next beat.
    if (feed.recordsPerSecond.value > 0) pulse.value = pulse.peek() + 1;
  });
  effect(() => writeSelection(selected.value));
  effect(() => {
    feed.store.value?.setAlerting(alerts.alerting.value);
  });
  let rungFor = 0;
  effect(() => {
    if (openAlerts.value > rungFor) ring();
    rungFor = openAlerts.value;
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
