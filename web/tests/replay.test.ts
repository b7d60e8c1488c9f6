// The past, from the stream and from the archive, at one to sixty times its speed.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueryState } from '../src/api/console_api';
import type { Reading } from '../src/fleet/reading';
import { ArchiveHistory, archiveSql, readingOfRow } from '../src/replay/archive_history';
import { Replay } from '../src/replay/replay';
import { StreamHistory, type History, type PastReading } from '../src/replay/stream_history';

const start = { lat: 40.75, lon: -73.98 };
const t0 = Date.UTC(2026, 10, 22, 10, 0, 0);

function reading(name: string, lat: number): Reading {
  return { name, timeMillis: t0, lat, lon: -73.98, metresPerSecond: 30, health: 150, magic: 150 };
}

/** One reading each second for ten minutes. */
class Steady implements History {
  asked = 0;
  stopped = false;
  private given: number;
  constructor(
    private readonly fromMillis: number,
    private readonly fails = false,
  ) {
    this.given = fromMillis;
  }
  take(untilMillis: number): PastReading[] {
    const list: PastReading[] = [];
    for (; this.given < untilMillis; this.given += 1000) {
      const seconds = (this.given - this.fromMillis) / 1000;
      list.push({ millis: this.given, reading: reading('Binky', 40.75 + seconds / 1000) });
    }
    return list;
  }
  async fetchUntil(): Promise<void> {
    this.asked++;
    if (this.fails) throw new Error('no such stream');
  }
  isOver(): boolean {
    return false;
  }
  stop(): void {
    this.stopped = true;
  }
}

describe('replay', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function replayOf(history: History): Replay {
    return new Replay(
      () => history,
      () => t0 + 3_600_000,
    );
  }

  it('shows who reported before the moment at once, and goes on at its speed', async () => {
    const replay = replayOf(new Steady(t0));
    replay.startAt(t0, start);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(replay.store.value!.count).toBe(1);
    const was = replay.atMillis.value;
    replay.speed.value = 60;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(replay.atMillis.value - was).toBeGreaterThan(50_000);
    expect(replay.atMillis.value - was).toBeLessThan(70_000);
    expect(replay.store.value!.now()).toBe(replay.atMillis.value);
    replay.end();
  });

  it('stands still while it is paused, and nobody grows stale', async () => {
    const replay = replayOf(new Steady(t0));
    replay.startAt(t0, start);
    await vi.advanceTimersByTimeAsync(500);
    replay.paused.value = true;
    const was = replay.atMillis.value;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(replay.atMillis.value).toBe(was);
    expect(replay.store.value!.countByStatus()[0]).toBe(1);
    replay.end();
  });

  it('says why when there is no past, and ends when asked', async () => {
    const history = new Steady(t0, true);
    const replay = replayOf(history);
    replay.startAt(t0, start);
    await vi.advanceTimersByTimeAsync(300);
    expect(replay.problem.value).toBe('no such stream');
    replay.end();
    expect(replay.store.value).toBeNull();
    expect(history.stopped).toBe(true);
  });

  it('is live again when it has caught up with the present', async () => {
    const replay = new Replay(
      (from) => new Steady(from),
      () => t0,
    );
    replay.startAt(t0 - 5_000, start);
    replay.speed.value = 10;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(replay.store.value).toBeNull();
  });
});

describe('stream history', () => {
  it('reads every shard from the moment on and gives what is due in order', async () => {
    const record = (name: string, millis: number) => ({
      Data: btoa(JSON.stringify({ Name: name, Latitude: 40, Longitude: -73 })),
      ApproximateArrivalTimestamp: millis / 1000,
    });
    const asked: [string, object][] = [];
    const call = (operation: string, input: object): Promise<never> => {
      asked.push([operation, input]);
      const shard = (input as { ShardId?: string; ShardIterator?: string }).ShardIterator;
      const answers: Record<string, unknown> = {
        ListShards: { Shards: [{ ShardId: 'a' }, { ShardId: 'b' }] },
        GetShardIterator: { ShardIterator: (input as { ShardId: string }).ShardId },
        GetRecords: {
          Records:
            shard === 'a'
              ? [record('x', t0), record('x', t0 + 9_000)]
              : [record('y', t0 + 4_000), { ...record('y', t0 + 5_000), Data: btoa('no json') }],
          NextShardIterator: null,
        },
      };
      return Promise.resolve(answers[operation] as never);
    };
    const history = new StreamHistory('wildrydes', t0, () => t0 + 60_000, call);
    await history.fetchUntil(t0 + 20_000);
    expect(asked.find(([operation]) => operation === 'GetShardIterator')![1]).toMatchObject({
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: t0 / 1000,
    });
    expect(history.take(t0 + 5_000).map(({ reading: it }) => it.name)).toEqual(['x', 'y']);
    expect(history.isOver()).toBe(false);
    expect(history.take(t0 + 10_000)).toHaveLength(1);
    expect(history.isOver()).toBe(true);
  });
});

describe('archive history', () => {
  const row = ['Binky', '2026-11-22 10:00:01.500', '40.75', '-73.98', '30', '150', null];

  it('reads rows as readings and passes over what is none', () => {
    const found = readingOfRow(row)!;
    expect(found.millis).toBe(t0 + 1_500);
    expect(found.reading.magic).toBeNaN();
    expect(readingOfRow([null, ...row.slice(1)])).toBeNull();
    expect(readingOfRow(['a', 'never', '1', '1', '1', '1', '1'])).toBeNull();
    expect(readingOfRow(['a', row[1]!, '99', '1', '1', '1', '1'])).toBeNull();
  });

  const answer: QueryState = {
    state: 'SUCCEEDED',
    error: null,
    columns: [],
    rows: [],
    hasMore: false,
    nextToken: null,
    output: null,
    scannedBytes: 0,
    millis: 0,
  };
  const rowAt = (name: string, millis: number) => [
    name,
    new Date(millis).toISOString().replace('T', ' ').slice(0, 23),
    ...row.slice(2),
  ];

  it('reads the pages of one query, none before the replay needs it', async () => {
    const tokens: string[] = [];
    const asked: string[] = [];
    const second = (at: number) =>
      Array.from({ length: 1_000 }, (_, i) => rowAt(`u${i}`, t0 + at * 1_000));
    const history = new ArchiveHistory(t0, {
      ask: (sql) => {
        asked.push(sql);
        return Promise.resolve({
          id: 'q',
          state: { ...answer, rows: second(1), hasMore: true, nextToken: '1' },
        });
      },
      page: (id, token) => {
        tokens.push(`${id} ${token}`);
        const at = Number(token) + 1;
        return Promise.resolve({ rows: second(at), nextToken: at < 4 ? String(at) : null });
      },
    });
    await history.fetchUntil(t0 + 2_000);
    expect(tokens).toEqual(['q 1']);
    await history.fetchUntil(t0 + 60_000);
    expect(asked).toEqual([archiveSql(t0)]);
    expect(tokens).toEqual(['q 1', 'q 2', 'q 3']);
    expect(history.take(t0 + 60_000)).toHaveLength(4_000);
    expect(history.isOver()).toBe(true);
  });

  it('asks on from the moment of the last row, and gives no reading twice', async () => {
    const asked: string[] = [];
    const limit = 500;
    const end = t0 + limit - 1;
    const from = {
      ask: (sql: string) => {
        asked.push(sql);
        // Two unicorns report at the very moment at which the first query is full.
        const full = Array.from({ length: limit }, (_, i) => rowAt('a', t0 + i));
        const rows = asked.length === 1 ? full : [rowAt('a', end), rowAt('b', end)];
        return Promise.resolve({ id: 'q', state: { ...answer, rows } });
      },
      page: () => Promise.reject(new Error('there is no further page')),
    };
    const history = new ArchiveHistory(t0, from, limit);
    await history.fetchUntil(t0 + 3_600_000);
    expect(asked).toEqual([archiveSql(t0, limit), archiveSql(end, limit)]);
    const names = history.take(Infinity).map(({ reading: { name } }) => name);
    expect(names.length).toBe(limit + 1);
    expect(names.at(-1)).toBe('b');
    expect(history.isOver()).toBe(true);
  });

  it('fails with what the query says', async () => {
    const history = new ArchiveHistory(t0, {
      ask: () =>
        Promise.resolve({ id: 'q', state: { ...answer, state: 'FAILED', error: 'no table' } }),
      page: () => Promise.reject(new Error('there is no further page')),
    });
    await expect(history.fetchUntil(t0 + 1)).rejects.toThrow('no table');
  });
});
