// The newest state of every unicorn, in typed arrays by row. It knows neither the map nor the
// page.
import { mercatorX, mercatorY } from './projection';
import type { Reading } from './reading';
import { Status, lostAfterMillis, statusOf } from './status';
import { Trail, trailGapMillis, trailJumpMetres, type PastPoint } from './trail';
import { VitalsHistory } from './vitals_history';

/** More unicorns than this are counted and not shown. */
export const unicornsMax = 100_000;
const motionMillisMin = 300;
const motionMillisMax = 2_000;
/** Vital signs and long trails are kept for this many first unicorns and for the watched one. */
const keptRowsMax = 1_000;
/** The points of the trails of all others. */
const shortTrailPoints = 240;

interface Columns {
  fromX: Float64Array;
  fromY: Float64Array;
  toX: Float64Array;
  toY: Float64Array;
  movedMillis: Float64Array;
  motionMillis: Float64Array;
  seenMillis: Float64Array;
  statusTimeMillis: Float64Array;
  speed: Float32Array;
  health: Float32Array;
  magic: Float32Array;
  heading: Float32Array;
  status: Uint8Array;
  alerting: Uint8Array;
  /** 1: left out of the list, and so of the map. */
  hidden: Uint8Array;
  lat: Float64Array;
  lon: Float64Array;
}

function columns(capacity: number): Columns {
  const wide = () => new Float64Array(capacity);
  const slim = () => new Float32Array(capacity);
  return {
    fromX: wide(),
    fromY: wide(),
    toX: wide(),
    toY: wide(),
    movedMillis: wide(),
    motionMillis: wide(),
    seenMillis: wide(),
    statusTimeMillis: wide(),
    lat: wide(),
    lon: wide(),
    speed: slim(),
    health: slim(),
    magic: slim(),
    heading: slim(),
    status: new Uint8Array(capacity),
    alerting: new Uint8Array(capacity),
    hidden: new Uint8Array(capacity),
  };
}

/** One report of the past: where, when, how it was. */
export interface PastReport extends PastPoint {
  health: number;
  magic: number;
}

export class FleetStore {
  readonly names: string[] = [];
  column = columns(64);
  /** Increases when a row is added, removed or gets a reading. */
  version = 0;
  /** Increases when a row is added or removed. */
  namesVersion = 0;
  recordsTotal = 0;
  unreadableTotal = 0;
  refusedTotal = 0;
  newestSeenMillis = -Infinity;

  private readonly rows = new Map<string, number>();
  private trails: Trail[] = [];
  private vitals: (VitalsHistory | null)[] = [];
  private alerting = new Set<string>();
  private readonly startX: number;
  private readonly startY: number;

  /** How fast this store's time goes. */
  rate = () => 1;
  /** A moment of this store's clock as epoch milliseconds of the server. */
  epochOf = (millis: number) => millis;

  /** `now` is the clock that all its milliseconds are of. */
  constructor(
    start: { lat: number; lon: number },
    readonly now: () => number = () => performance.now(),
  ) {
    this.startX = mercatorX(start.lon);
    this.startY = mercatorY(start.lat);
  }

  get count(): number {
    return this.names.length;
  }

  rowOf(name: string): number {
    return this.rows.get(name) ?? -1;
  }

  trail(row: number): Trail {
    return this.trails[row]!;
  }

  vitalsOf(row: number): VitalsHistory | null {
    return this.vitals[row]!;
  }

  /** Keeps the vital signs and the whole trail of this unicorn from now on. */
  watch(name: string): void {
    const row = this.rowOf(name);
    if (row < 0) return;
    this.vitals[row] ??= new VitalsHistory();
    this.trails[row]!.allowAll();
  }

  /** What a unicorn reported before this store knew it, in the order of time. */
  addPast(name: string, past: readonly PastReport[]): void {
    const row = this.rowOf(name);
    if (row < 0) return;
    const firstMillis = this.trails[row]!.firstMillis;
    this.trails[row]!.prepend(past);
    this.vitals[row]?.prepend(past.filter(({ millis }) => millis < firstMillis));
    this.version++;
  }

  /** Takes a reading that arrived at `nowMillis` (monotonic) and was sent `ageMillis` before. */
  apply(reading: Reading, nowMillis: number, ageMillis = 0): void {
    this.recordsTotal++;
    let row = this.rowOf(reading.name);
    let isGap = false;
    if (row < 0) {
      if (this.count >= unicornsMax) {
        this.refusedTotal++;
        return;
      }
      row = this.add(reading, nowMillis);
    } else {
      isGap = this.silenceMillis(row, reading, nowMillis) > trailGapMillis;
      this.move(row, mercatorX(reading.lon), mercatorY(reading.lat), nowMillis);
    }
    const c = this.column;
    c.lat[row] = reading.lat;
    c.lon[row] = reading.lon;
    c.seenMillis[row] = nowMillis - ageMillis;
    c.statusTimeMillis[row] = reading.timeMillis;
    c.speed[row] = reading.metresPerSecond;
    c.health[row] = reading.health;
    c.magic[row] = reading.magic;
    c.status[row] = statusOf(reading.health, reading.magic, ageMillis);
    const millis = this.epochOf(nowMillis) - ageMillis;
    this.trails[row]!.push(c.toX[row]!, c.toY[row]!, millis, isGap);
    this.vitals[row]?.push(reading.health, reading.magic);
    this.newestSeenMillis = nowMillis;
    this.version++;
  }

  /**
   * Where a row is drawn at `nowMillis`: part of the way from where it was drawn to its newest
   * report.
   */
  shownX(row: number, nowMillis: number): number {
    const c = this.column;
    const part = this.progress(row, nowMillis);
    return c.fromX[row]! + (c.toX[row]! - c.fromX[row]!) * part;
  }

  shownY(row: number, nowMillis: number): number {
    const c = this.column;
    const part = this.progress(row, nowMillis);
    return c.fromY[row]! + (c.toY[row]! - c.fromY[row]!) * part;
  }

  progress(row: number, nowMillis: number): number {
    const c = this.column;
    return Math.min(1, Math.max(0, (nowMillis - c.movedMillis[row]!) / c.motionMillis[row]!));
  }

  /** Brings the statuses up to date with the age of the reports; true when one changed. */
  age(nowMillis: number): boolean {
    const c = this.column;
    let changed = false;
    for (let row = 0; row < this.count; row++) {
      const status = statusOf(c.health[row]!, c.magic[row]!, nowMillis - c.seenMillis[row]!);
      if (status === c.status[row]) continue;
      c.status[row] = status;
      changed = true;
    }
    if (changed) this.version++;
    return changed;
  }

  /** The unicorns that have an open alert. */
  setAlerting(names: Iterable<string>): void {
    this.alerting = new Set(names);
    for (let row = 0; row < this.count; row++) {
      this.column.alerting[row] = this.alerting.has(this.names[row]!) ? 1 : 0;
    }
    this.version++;
  }

  /** Only these rows are looked for on the map; null: all. */
  setListed(rows: readonly number[] | null): void {
    const { hidden } = this.column;
    hidden.fill(rows === null ? 0 : 1);
    for (const row of rows ?? []) hidden[row] = 0;
  }

  /** Removes the lost ones from the list; the last row takes the place of a removed one. */
  dismissLost(nowMillis: number): void {
    for (let row = this.count - 1; row >= 0; row--) {
      if (nowMillis - this.column.seenMillis[row]! >= lostAfterMillis) this.remove(row);
    }
    this.version++;
  }

  countByStatus(): number[] {
    const counts = [0, 0, 0, 0, 0];
    for (let row = 0; row < this.count; row++) counts[this.column.status[row]!]!++;
    return counts;
  }

  /** Rows that are on the map: all but the lost. */
  get onMap(): number {
    let count = 0;
    for (let row = 0; row < this.count; row++) {
      if (this.column.status[row] !== Status.Lost) count++;
    }
    return count;
  }

  private add(reading: Reading, nowMillis: number): number {
    const row = this.names.push(reading.name) - 1;
    this.rows.set(reading.name, row);
    this.namesVersion++;
    if (row === this.column.status.length) this.grow();
    const c = this.column;
    const [x, y] = [mercatorX(reading.lon), mercatorY(reading.lat)];
    c.fromX[row] = c.toX[row] = x;
    c.fromY[row] = c.toY[row] = y;
    c.movedMillis[row] = nowMillis;
    c.motionMillis[row] = motionMillisMin;
    c.heading[row] = Math.atan2(x - this.startX, y - this.startY);
    c.alerting[row] = this.alerting.has(reading.name) ? 1 : 0;
    this.trails[row] = row < keptRowsMax ? new Trail() : new Trail(shortTrailPoints);
    this.vitals[row] = row < keptRowsMax ? new VitalsHistory() : null;
    return row;
  }

  /** How long a unicorn had not reported: by its own clock, as several reports may come at once. */
  private silenceMillis(row: number, reading: Reading, nowMillis: number): number {
    const { statusTimeMillis, seenMillis } = this.column;
    const own = reading.timeMillis - statusTimeMillis[row]!;
    return Number.isNaN(own) ? nowMillis - seenMillis[row]! : own;
  }

  private move(row: number, x: number, y: number, nowMillis: number): void {
    const c = this.column;
    const [dx, dy] = [x - c.toX[row]!, y - c.toY[row]!];
    const far = Math.hypot(dx, dy) > trailJumpMetres;
    if (dx !== 0 || dy !== 0) c.heading[row] = Math.atan2(dx, dy);
    // Several reports of one answer: the glide goes on from where it began, to the newest of
    // them.
    const fromX = far ? x : this.shownX(row, nowMillis);
    const fromY = far ? y : this.shownY(row, nowMillis);
    const interval = nowMillis - c.seenMillis[row]!;
    if (interval > 0) {
      c.motionMillis[row] = Math.min(motionMillisMax, Math.max(motionMillisMin, interval * 1.1));
    }
    c.fromX[row] = fromX;
    c.fromY[row] = fromY;
    c.toX[row] = x;
    c.toY[row] = y;
    c.movedMillis[row] = nowMillis;
  }

  private remove(row: number): void {
    const last = this.count - 1;
    this.rows.delete(this.names[row]!);
    if (row !== last) {
      for (const array of Object.values(this.column) as Float64Array[]) array[row] = array[last]!;
      this.names[row] = this.names[last]!;
      this.trails[row] = this.trails[last]!;
      this.vitals[row] = this.vitals[last]!;
      this.rows.set(this.names[row]!, row);
    }
    this.names.pop();
    this.namesVersion++;
    this.trails.pop();
    this.vitals.pop();
  }

  private grow(): void {
    const old = this.column;
    const grown = columns(old.status.length * 2);
    for (const key of Object.keys(grown) as (keyof Columns)[]) {
      (grown[key] as Float64Array).set(old[key] as Float64Array);
    }
    this.column = grown;
  }
}
