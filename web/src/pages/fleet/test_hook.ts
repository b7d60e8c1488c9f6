// window.__fleet: what the map shows, for tests. Read-only; it can change nothing.
import { alerts, feed, shownStore } from '../../app/state';
import { listedStatus } from '../../fleet/filter';
import { Status } from '../../fleet/status';
import type { FleetStore } from '../../fleet/store';
import { latitude, longitude } from '../../fleet/projection';
import type { FleetMap } from '../../map/fleet_map';

export interface FleetHook {
  readonly count: number;
  readonly onMap: number;
  readonly inView: number;
  readonly badge: string;
  readonly identityId: string;
  readonly openAlerts: number;
  readonly frameMillisP95: number;
  readonly zoom: number;
  readonly source: string;
  readonly feedBytes: number;
  readonly feedMessages: number;
  /** Where each unicorn is shown now (interpolated), and the pixel on the map. */
  positions(): {
    name: string;
    lat: number;
    lon: number;
    status: string;
    pixel: [number, number] | null;
  }[];
  /** Where a unicorn's trail begins, and when, epoch milliseconds; null when there is none. */
  trailOf(name: string): { points: number; lat: number; lon: number; firstMillis: number } | null;
}

export function offerTestHook(map: FleetMap): () => void {
  const shown = (): FleetStore => shownStore.value!;
  const hook: FleetHook = {
    get count() {
      return shown().count;
    },
    get onMap() {
      return shown().onMap;
    },
    get inView() {
      return map.inView;
    },
    get badge() {
      return feed.badge.value.state;
    },
    get identityId() {
      return feed.guest.value;
    },
    get openAlerts() {
      return alerts.open.value;
    },
    get frameMillisP95() {
      return map.frames.p95();
    },
    get zoom() {
      return map.zoom;
    },
    get source() {
      return feed.source.value;
    },
    get feedBytes() {
      return feed.feedBytes;
    },
    get feedMessages() {
      return feed.feedMessages;
    },
    trailOf: (name) => {
      const row = shown().rowOf(name);
      if (row < 0) return null;
      const trail = shown().trail(row);
      return {
        points: trail.length,
        lat: latitude(trail.y(0)),
        lon: longitude(trail.x(0)),
        firstMillis: trail.firstMillis,
      };
    },
    positions: () =>
      shown().names.map((name, row) => {
        const store = shown();
        const now = store.now();
        return {
          name,
          lat: latitude(store.shownY(row, now)),
          lon: longitude(store.shownX(row, now)),
          status: Status[listedStatus(store, row)]!,
          pixel: map.pixelOf(name),
        };
      }),
  };
  Object.defineProperty(window, '__fleet', { value: Object.freeze(hook), configurable: true });
  return () => {
    delete (window as { __fleet?: FleetHook }).__fleet;
  };
}
