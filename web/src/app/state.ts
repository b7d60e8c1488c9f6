// What the page holds: the feed, the alerts, and what the user chose. Components read and set the
// signals.
import { computed, effect, signal } from '@preact/signals';
import { AlertFeed } from '../alerts/alert_feed';
import { ring } from '../alerts/sound';
import { listedRows, type ListView } from '../fleet/filter';
import { LiveFeed } from '../live/feed';
import { allTrailsMax } from '../fleet/trail';
import { historyOf, pastOf } from '../replay/history_of';
import { PastTrails } from '../replay/past_trails';
import { Replay } from '../replay/replay';
import { fleetQuery, readFleetAddress, type MapView } from './fleet_address';
import { page, writeFleetQuery } from './router';

export const feed = new LiveFeed();
const serverNow = () => feed.serverNow();
export const replay = new Replay(
  historyOf(() => feed.stream, serverNow),
  serverNow,
);
/** The fleet as it is, or as it was. */
export const shownStore = computed(() => replay.store.value ?? feed.store.value);
export const alerts = new AlertFeed(() => selected.value ?? '');

const opened = readFleetAddress(page.peek() === 'fleet' ? location.search : '');
export const selected = signal<string | null>(opened.selected);
export const hovered = signal<string | null>(null);
export const follow = signal(opened.follow);
/** Where the map is looked at, once somebody moved it; null: as it opens. */
export const mapView = signal<MapView | null>(opened.view);
export const trails = signal(true);
export const drawerOpen = signal(false);
export const rulesOpen = signal(false);
export const helpOpen = signal(false);
export const settingsOpen = signal(false);
export const finderOpen = signal(false);
export const listView = signal<ListView>(opened.list);

/** Counts up twice a second: what shows ages and lists reads it. */
export const pulse = signal(0);

/** The rows of the list, in its order. */
export const listed = computed(() => {
  pulse.value;
  const store = shownStore.value;
  return store ? listedRows(store, listView.value) : [];
});
/** Whether the list, and with it the map, leaves some out. */
export const isFiltered = computed(
  () => listView.value.search.trim() !== '' || listView.value.chips.size > 0,
);

export const openAlerts = alerts.open;
const addressMillis = 500;

export function select(name: string | null): void {
  if (selected.value === name) return;
  selected.value = name;
  alerts.refresh();
  if (name === null) follow.value = false;
  else shownStore.value?.watch(name);
}

const pastTrails = new PastTrails(
  pastOf(() => feed.stream, serverNow),
  () => feed.recordsPerSecond.peek(),
);

/** Whose past is to be read: of the selected one, and of all of a small fleet. */
function wantPast(): void {
  const store = shownStore.value;
  const name = selected.value;
  const names: (string | null)[] = [];
  if (store && name !== null && store.rowOf(name) >= 0) names.push(name);
  const isSmall = store !== null && store.count > 0 && store.count <= allTrailsMax;
  if (isSmall && trails.value) names.push(null);
  if (page.value === 'fleet') pastTrails.want(store, names);
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
  followAddress();
  effect(() => {
    pulse.value;
    wantPast();
  });
  effect(() => {
    shownStore.value?.setListed(isFiltered.value ? listed.value : null);
  });
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

/** Keeps the address at what is shown; a moment in it is replayed once the server is known. */
function followAddress(): void {
  let timer = 0;
  const write = () => {
    timer = 0;
    const isReplay = replay.store.peek() !== null;
    writeFleetQuery(
      fleetQuery({
        selected: selected.peek(),
        follow: follow.peek(),
        view: mapView.peek(),
        list: listView.peek(),
        atMillis: isReplay ? replay.atMillis.peek() : null,
      }),
    );
  };
  let wantedMillis = opened.atMillis;
  effect(() => {
    const config = feed.config.value;
    if (config && wantedMillis !== null) replay.startAt(wantedMillis, config.startPoint);
    if (config) wantedMillis = null;
  });
  effect(() => {
    void [selected.value, follow.value, mapView.value, listView.value, page.value];
    void [replay.store.value, replay.atMillis.value];
    if (timer === 0 && wantedMillis === null) timer = window.setTimeout(write, addressMillis);
  });
}

export function titleOf(unicorns: number, alertCount: number): string {
  const word = unicorns === 1 ? 'unicorn' : 'unicorns';
  const count = unicorns === 0 ? '' : `${unicorns.toLocaleString('en')} ${word} · `;
  return `${alertCount > 0 ? `(${alertCount}) ` : ''}${count}Wild Rydes`;
}
