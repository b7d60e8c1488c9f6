// Readings of the past from the archive, for moments that the stream no longer holds. One query sorts
// a long stretch; its rows are read page by page, as far ahead as the replay needs them.
import { getQuery, startQuery, type QueryState } from '../api/console_api';
import { resultPage, type ResultPage } from '../api/query_results';
import { sleep } from '../live/clock';
import { parseStatusTime, type Reading } from '../fleet/reading';
import type { History, PastReading } from './stream_history';

const rowsPerQueryMax = 100_000;
const pollMillis = 200;
const ended = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
const columns = 'name, statustime, latitude, longitude, distance, healthpoints, magicpoints';

function sqlTime(millis: number): string {
  return new Date(millis).toISOString().slice(0, 23).replace('T', ' ');
}

/** From this moment on: it may be that of the last row before, whose like were not all read. */
export function archiveSql(fromMillis: number, rows = rowsPerQueryMax): string {
  return (
    `SELECT ${columns} FROM wildrydes WHERE statustime >= timestamp '${sqlTime(fromMillis)}' ` +
    `ORDER BY statustime LIMIT ${rows}`
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

export interface Archive {
  /** The end state of a query with its first rows, and its id. */
  ask(sql: string, stopper: AbortSignal): Promise<{ id: string; state: QueryState }>;
  page(id: string, token: string): Promise<ResultPage>;
}

const archive: Archive = {
  ask: async (sql, stopper) => {
    const id = await startQuery(sql);
    for (;;) {
      const state = await getQuery(id);
      if (ended.has(state.state) || stopper.aborted) return { id, state };
      await sleep(pollMillis, stopper);
    }
  },
  page: resultPage,
};

export class ArchiveHistory implements History {
  private readonly stopper = new AbortController();
  private readings: PastReading[] = [];
  /** Of the last reading; the names that have one of this very moment stand beside it. */
  private reachedMillis: number;
  private readonly namesThen = new Set<string>();
  private query: { id: string; token: string | null; rows: number } | null = null;
  private askedMillis = NaN;
  private ended = false;

  constructor(
    fromMillis: number,
    private readonly from: Archive = archive,
    private readonly rowsPerQuery = rowsPerQueryMax,
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
      const rows = await this.nextRows();
      if (this.stopper.signal.aborted) return;
      const before = this.reachedMillis;
      const known = new Set(this.namesThen);
      for (const row of rows) this.add(readingOfRow(row), before, known);
      const { query } = this;
      if (query!.token !== null) continue;
      // No further rows, or none but those of one moment that fill a whole query.
      this.ended = query!.rows < this.rowsPerQuery || this.reachedMillis === this.askedMillis;
      this.query = null;
    }
  }

  private async nextRows(): Promise<(string | null)[][]> {
    const { query } = this;
    if (query?.token) {
      const { rows, nextToken } = await this.from.page(query.id, query.token);
      this.query = { ...query, token: nextToken, rows: query.rows + rows.length };
      return rows;
    }
    this.askedMillis = this.reachedMillis;
    const { id, state } = await this.from.ask(
      archiveSql(this.reachedMillis, this.rowsPerQuery),
      this.stopper.signal,
    );
    if (this.stopper.signal.aborted) return [];
    if (state.state !== 'SUCCEEDED') throw new Error(state.error ?? 'the query failed');
    const rows = state.rows ?? [];
    this.query = { id, token: state.nextToken, rows: rows.length };
    return rows;
  }

  private add(found: PastReading | null, before: number, known: Set<string>): void {
    if (!found) return;
    const { name } = found.reading;
    // The query before this one already gave it.
    if (found.millis === before && known.has(name)) return;
    if (found.millis > this.reachedMillis) this.namesThen.clear();
    this.reachedMillis = Math.max(this.reachedMillis, found.millis);
    this.namesThen.add(name);
    this.readings.push(found);
  }

  isOver(): boolean {
    return this.ended && this.readings.length === 0;
  }

  stop(): void {
    this.stopper.abort();
  }
}
