// Which rows the list shows, and in which order.
import type { FleetStore } from './store';
import { Status } from './status';

export type Chip = 'low' | 'watch' | 'ok' | 'stale' | 'lost';
export type SortKey = 'name' | 'health' | 'magic' | 'speed' | 'age' | 'status';

export interface ListView {
  search: string;
  /** Empty: all. */
  chips: ReadonlySet<Chip>;
  sort: SortKey;
  descending: boolean;
}

export const chipStatus: Record<Chip, Status> = {
  low: Status.Low,
  watch: Status.Watch,
  ok: Status.Ok,
  stale: Status.Stale,
  lost: Status.Lost,
};

/** The order of status sorting: what asks for action first. */
const urgency: Record<Status, number> = {
  [Status.Low]: 0,
  [Status.Watch]: 1,
  [Status.Stale]: 2,
  [Status.Ok]: 3,
  [Status.Lost]: 4,
};

/** An open alert counts as low vitals, whatever the newest reading says. */
export function listedStatus(store: FleetStore, row: number): Status {
  const status = store.column.status[row]! as Status;
  return store.column.alerting[row] === 1 && status < Status.Stale ? Status.Low : status;
}

export function listedRows(store: FleetStore, view: ListView): number[] {
  const wanted = new Set([...view.chips].map((chip) => chipStatus[chip]));
  const needle = view.search.trim().toLocaleLowerCase();
  const isListed = (row: number) =>
    (wanted.size === 0 || wanted.has(listedStatus(store, row))) &&
    (needle === '' || store.names[row]!.toLocaleLowerCase().includes(needle));
  if (view.sort === 'status') return byUrgency(store, view, isListed);
  const rows: number[] = [];
  for (let row = 0; row < store.count; row++) if (isListed(row)) rows.push(row);
  return rows.sort(comparator(store, view));
}

const collator = new Intl.Collator('en', { numeric: true });

interface Ranks {
  version: number;
  /** The place of each row in the order of names. */
  rank: Int32Array;
  /** The row at each place. */
  rows: Int32Array;
}

const ranks = new WeakMap<FleetStore, Ranks>();

/** Kept until a name comes or goes. */
function nameRanks(store: FleetStore): Ranks {
  const known = ranks.get(store);
  if (known?.version === store.namesVersion) return known;
  const order = store.names.map((_, row) => row);
  order.sort((a, b) => collator.compare(store.names[a]!, store.names[b]!));
  const rows = Int32Array.from(order);
  const rank = new Int32Array(rows.length);
  rows.forEach((row, place) => {
    rank[row] = place;
  });
  const found = { version: store.namesVersion, rank, rows };
  ranks.set(store, found);
  return found;
}

/** The usual order, twice a second for the whole fleet: the known order of names is dealt out. */
function byUrgency(
  store: FleetStore,
  view: ListView,
  isListed: (row: number) => boolean,
): number[] {
  const groups: number[][] = Object.values(urgency).map(() => []);
  for (const row of nameRanks(store).rows) {
    if (isListed(row)) groups[urgency[listedStatus(store, row)]]!.push(row);
  }
  return (view.descending ? groups.reverse() : groups).flat();
}

function comparator(store: FleetStore, view: ListView): (a: number, b: number) => number {
  const { rank } = nameRanks(store);
  const byName = (a: number, b: number) => rank[a]! - rank[b]!;
  const value = sortValue(store, view.sort);
  const sign = view.descending ? -1 : 1;
  if (value === null) return (a, b) => sign * byName(a, b);
  const values = Float64Array.from({ length: store.count }, (_, row) => value(row));
  return (a, b) => sign * compareNumbers(values[a]!, values[b]!) || byName(a, b);
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a - b;
}

function sortValue(store: FleetStore, sort: SortKey): ((row: number) => number) | null {
  const c = store.column;
  switch (sort) {
    case 'name':
      return null;
    case 'health':
      return (row) => c.health[row]!;
    case 'magic':
      return (row) => c.magic[row]!;
    case 'speed':
      return (row) => c.speed[row]!;
    case 'age':
      return (row) => -c.seenMillis[row]!;
    case 'status':
      return (row) => urgency[listedStatus(store, row)];
  }
}

/**
 * Control and direction characters of a name, made visible so that they cannot disguise another.
 */
export function safeName(name: string): string {
  return name.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    '\ufffd',
  );
}
