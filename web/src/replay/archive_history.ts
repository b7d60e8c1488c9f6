// Readings of the past from the archive, for moments that the stream no longer holds: one query
// after the other, a thousand readings each.
import { getQuery, startQuery, type QueryState } from '../api/console_api';
import { sleep } from '../live/clock';
import { parseStatusTime, type Reading } from '../fleet/reading';
import type { History, PastReading } from './stream_history';

const rowsPerQuery = 1_000;
const pollMillis = 200;
const ended = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
const columns = 'name, statustime, latitude, longitude, distance, healthpoints, magicpoints';

function sqlTime(millis: number): string {
  return new Date(millis).toISOString().slice(0, 23).replace('T', ' ');
}

export function archiveSql(fromMillis: number): string {
  return (
    `SELECT ${columns} FROM wildrydes WHERE statustime > timestamp '${sqlTime(fromMillis)}' ` +
    `ORDER BY statustime LIMIT ${rowsPerQuery}`
  );
}

/** The reading in a row of such a query, or null. */
export function readingOfRow(row: (string | null)[]): PastReading | null {
  const [name, time, ...numbers] = row;
  const millis = parseStatusTime(time);
  const [lat, lon, speed, health, magic] = numbers.map((it) => (it == null ? NaN : Number(it)));
  if (!name || Number.isNaN(millis)) return null;
  if (!(Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180)) return null;
  const reading: Reading = {
    name,
    timeMillis: millis,
    lat: lat!,
    lon: lon!,
    metresPerSecond: Number.isNaN(speed!) ? 0 : speed!,
    health: health!,
    magic: magic!,
  };
  return { reading, millis };
}

export type Ask = (sql: string, stopper: AbortSignal) => Promise<QueryState>;

const askServer: Ask = async (sql, stopper) => {
  const id = await startQuery(sql);
  for (;;) {
    const state = await getQuery(id);
    if (ended.has(state.state) || stopper.aborted) return state;
    await sleep(pollMillis, stopper);
  }
};

export class ArchiveHistory implements History {
  private readonly stopper = new AbortController();
  private readings: PastReading[] = [];
  private reachedMillis: number;
  private ended = false;

  constructor(
    fromMillis: number,
    private readonly ask: Ask = askServer,
  ) {
    this.reachedMillis = fromMillis;
  }

  take(untilMillis: number): PastReading[] {
    let count = 0;
    while (count < this.readings.length && this.readings[count]!.millis < untilMillis) count++;
    return this.readings.splice(0, count);
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    while (!this.ended && this.reachedMillis < untilMillis && !this.stopper.signal.aborted) {
      const state = await this.ask(archiveSql(this.reachedMillis), this.stopper.signal);
      if (this.stopper.signal.aborted) return;
      if (state.state !== 'SUCCEEDED') throw new Error(state.error ?? 'the query failed');
      const rows = state.rows ?? [];
      const found = rows.map(readingOfRow).filter((it) => it !== null);
      this.readings.push(...found);
      this.reachedMillis = Math.max(this.reachedMillis, found.at(-1)?.millis ?? -Infinity);
      this.ended = rows.length < rowsPerQuery && !state.hasMore;
    }
  }

  isOver(): boolean {
    return this.ended && this.readings.length === 0;
  }

  stop(): void {
    this.stopper.abort();
  }
}
