// The past of one unicorn from the archive, where the stream no longer holds it: its newest thousand
// readings before a moment, then those before them, as many as a trail has room for.
import { getQuery, startQuery, type QueryState } from '../api/console_api';
import { sleep } from '../live/clock';
import { readingOfRow } from './archive_history';
import type { History, PastReading } from './stream_history';

const rowsPerQuery = 1_000;
const queriesMax = 4;
const pollMillis = 200;
const pending = new Set(['QUEUED', 'RUNNING']);
const columns = 'name, statustime, latitude, longitude, distance, healthpoints, magicpoints';

function sqlTime(millis: number): string {
  return `timestamp '${new Date(millis).toISOString().slice(0, 23).replace('T', ' ')}'`;
}

export function trailSql(name: string, fromMillis: number, untilMillis: number): string {
  return (
    `SELECT ${columns} FROM wildrydes WHERE name = '${name.replaceAll("'", "''")}' ` +
    `AND statustime >= ${sqlTime(fromMillis)} AND statustime < ${sqlTime(untilMillis)} ` +
    `ORDER BY statustime DESC LIMIT ${rowsPerQuery}`
  );
}

export type AskArchive = (
  sql: string,
  stopper: AbortSignal,
) => Promise<Pick<QueryState, 'state' | 'error' | 'rows'>>;

const askServer: AskArchive = async (sql, stopper) => {
  const id = await startQuery(sql);
  for (;;) {
    const state = await getQuery(id);
    if (!pending.has(state.state) || stopper.aborted) return state;
    await sleep(pollMillis, stopper);
  }
};

export class ArchiveTrail implements History {
  private readonly stopper = new AbortController();
  private readings: PastReading[] = [];

  constructor(
    private readonly name: string,
    private readonly fromMillis: number,
    private readonly ask: AskArchive = askServer,
  ) {}

  take(untilMillis: number): PastReading[] {
    const due = this.readings.filter(({ millis }) => millis < untilMillis);
    this.readings = [];
    return due;
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    let before = untilMillis;
    for (let i = 0; i < queriesMax && !this.stopper.signal.aborted; i++) {
      const state = await this.ask(
        trailSql(this.name, this.fromMillis, before),
        this.stopper.signal,
      );
      if (this.stopper.signal.aborted) return;
      if (state.state !== 'SUCCEEDED') throw new Error(state.error ?? 'the query failed');
      const rows = state.rows ?? [];
      const found = rows.map(readingOfRow).filter((it) => it !== null);
      this.readings = [...found.reverse(), ...this.readings];
      if (rows.length < rowsPerQuery || found.length === 0) return;
      before = found[0]!.millis;
    }
  }

  isOver(): boolean {
    return this.readings.length === 0;
  }

  stop(): void {
    this.stopper.abort();
  }
}
