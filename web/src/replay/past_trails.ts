// Where unicorns were before the page was opened: read from the stream when a trail is wanted, one
// reading after the other. For who is selected, an hour; for all of a small fleet, ten minutes.
import { mercatorX, mercatorY } from '../fleet/projection';
import type { FleetStore, PastReport } from '../fleet/store';
import { sleep } from '../live/clock';
import type { History } from './stream_history';

export interface Wanted {
  /** Null: of all. */
  name: string | null;
  fromMillis: number;
  untilMillis: number;
}

export type PastOf = (wanted: Wanted) => History;

export const oneLookBackMillis = 3_600_000;
export const allLookBackMillis = 600_000;
/** Who walks through the list asks for none of those that he passes. */
const settleMillis = 400;
/** The first reports of a fleet come within this time. */
const gatherMillis = 1_500;
/** Records of one reading: a large fleet's past is short. */
export const recordsMax = 100_000;

/** How far back the stream is read when so many records came each second. */
export function lookBackMillis(wantedMillis: number, recordsPerSecond: number): number {
  return Math.min(wantedMillis, (recordsMax / Math.max(1, recordsPerSecond)) * 1_000);
}

export class PastTrails {
  private stopper = new AbortController();
  private store: FleetStore | null = null;
  private wanted = '';
  /** From when on the past of a unicorn was asked for; null: of all. */
  private askedFrom = new Map<string | null, number>();

  constructor(
    private readonly pastOf: PastOf,
    private readonly recordsPerSecond: () => number,
  ) {}

  /**
   * From now on the past of these is wanted, one after the other; null: of all. What was being read
   * for others is given up.
   */
  want(store: FleetStore | null, names: readonly (string | null)[]): void {
    const wanted = JSON.stringify(names);
    if (store === this.store && wanted === this.wanted) return;
    this.stopper.abort();
    this.stopper = new AbortController();
    if (store !== this.store) this.askedFrom = new Map();
    this.store = store;
    this.wanted = wanted;
    if (store !== null) void this.readAll(store, names, this.stopper.signal);
  }

  private async readAll(
    store: FleetStore,
    names: readonly (string | null)[],
    stop: AbortSignal,
  ): Promise<void> {
    for (const name of names) {
      await sleep(name === null ? gatherMillis : settleMillis, stop);
      if (stop.aborted) return;
      await this.read(store, name, stop);
    }
  }

  private async read(store: FleetStore, name: string | null, stop: AbortSignal): Promise<void> {
    const untilMillis = store.epochOf(store.now());
    const back = name === null ? allLookBackMillis : oneLookBackMillis;
    const fromMillis = untilMillis - lookBackMillis(back, this.recordsPerSecond());
    if (this.isKnown(name, fromMillis)) return;
    const history = this.pastOf({ name, fromMillis, untilMillis });
    stop.addEventListener('abort', () => history.stop());
    try {
      await history.fetchUntil(untilMillis);
      if (stop.aborted) return;
      this.keep(store, history, name, untilMillis);
      this.askedFrom.set(name, fromMillis);
    } catch {
      // Nothing is known of the past, and nothing is drawn.
    } finally {
      history.stop();
    }
  }

  /** Asked for before, or nearly so. */
  private isKnown(name: string | null, fromMillis: number): boolean {
    const asked = Math.min(
      this.askedFrom.get(name) ?? Infinity,
      this.askedFrom.get(null) ?? Infinity,
    );
    return asked < fromMillis + oneLookBackMillis / 10;
  }

  private keep(store: FleetStore, history: History, name: string | null, until: number): void {
    const reports = new Map<string, PastReport[]>();
    for (const { reading, millis } of history.take(until)) {
      if (name !== null && reading.name !== name) continue;
      const { health, magic } = reading;
      const report = { x: mercatorX(reading.lon), y: mercatorY(reading.lat), millis, health, magic };
      const known = reports.get(reading.name);
      if (known) known.push(report);
      else reports.set(reading.name, [report]);
    }
    for (const [each, past] of reports) store.addPast(each, past);
  }
}
