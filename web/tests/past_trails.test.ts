// The past of trails: whose is read, how far back, and that what is not wanted any more is given up.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reading } from '../src/fleet/reading';
import { FleetStore } from '../src/fleet/store';
import { PastTrails, lookBackMillis, type Wanted } from '../src/replay/past_trails';
import { ArchiveTrail, trailSql } from '../src/replay/archive_trail';
import { StreamHistory, type History, type PastReading } from '../src/replay/stream_history';

const now = Date.UTC(2026, 10, 22, 10, 0, 0);

function reading(name: string, lat: number): Reading {
  return {
    ...{ name, lat, lon: -73.98, timeMillis: NaN },
    ...{ metresPerSecond: 30, health: 150, magic: 150 },
  };
}

/** Two reports of each of two unicorns before the page was opened. */
class Past implements History {
  stopped = false;
  constructor(
    readonly wanted: Wanted,
    private readonly fails: boolean,
  ) {}
  take(): PastReading[] {
    return [20_000, 10_000].flatMap((ago, i) =>
      ['Binky', 'Arion'].map((name) => ({
        millis: now - ago,
        reading: reading(name, 40.75 + i / 1000),
      })),
    );
  }
  async fetchUntil(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (this.fails) throw new Error('no such stream');
  }
  isOver(): boolean {
    return true;
  }
  stop(): void {
    this.stopped = true;
  }
}

describe('past of trails', () => {
  let asked: Past[];
  let store: FleetStore;
  let fails: boolean;
  let trails: PastTrails;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    fails = false;
    store = new FleetStore({ lat: 40.749, lon: -73.985 }, () => 5_000);
    store.epochOf = (millis) => now - 5_000 + millis;
    for (const name of ['Binky', 'Arion']) store.apply(reading(name, 40.76), 5_000);
    trails = new PastTrails(
      (wanted) => {
        asked.push(new Past(wanted, fails));
        return asked.at(-1)!;
      },
      () => 25,
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const length = (name: string) => store.trail(store.rowOf(name)).length;

  it('is read for the selected one, an hour of it', async () => {
    trails.want(store, ['Binky']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked[0]!.wanted).toEqual({
      name: 'Binky',
      fromMillis: now - 3_600_000,
      untilMillis: now,
    });
    expect([length('Binky'), length('Arion')]).toEqual([2, 1]);
    expect(asked[0]!.stopped).toBe(true);
  });

  it('is read for all of a small fleet, ten minutes of it, after that of the selected one', async () => {
    trails.want(store, ['Binky', null]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.map(({ wanted }) => [wanted.name, now - wanted.fromMillis])).toEqual([
      ['Binky', 3_600_000],
      [null, 600_000],
    ]);
    expect([length('Binky'), length('Arion')]).toEqual([2, 2]);
  });

  it('is not read for whom the walk through the list only passes', async () => {
    for (const name of ['Binky', 'Arion', 'Binky', 'Arion']) {
      trails.want(store, [name]);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked.map(({ wanted }) => wanted.name)).toEqual(['Arion']);
  });

  it('is given up when another is selected, and read once only', async () => {
    trails.want(store, ['Binky']);
    await vi.advanceTimersByTimeAsync(800);
    trails.want(store, ['Arion']);
    expect(asked[0]!.stopped).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([length('Binky'), length('Arion')]).toEqual([1, 2]);
    for (const name of ['Binky', 'Arion', 'Binky']) {
      trails.want(store, [name]);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(asked.map(({ wanted }) => wanted.name)).toEqual(['Binky', 'Arion', 'Binky']);
  });

  it('that cannot be read leaves the trail as it is', async () => {
    fails = true;
    trails.want(store, ['Binky']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(length('Binky')).toBe(1);
  });

  it('goes less far back for a large fleet', () => {
    expect(lookBackMillis(3_600_000, 25)).toBe(3_600_000);
    expect(lookBackMillis(3_600_000, 10_000)).toBe(10_000);
    expect(lookBackMillis(600_000, 0)).toBe(600_000);
  });
});

describe('the stream, read for one', () => {
  it('parses only what may be wanted, and is read no more often than it may', async () => {
    let reads = 0;
    const data = (name: string) => btoa(JSON.stringify({ Name: name, Latitude: 40, Longitude: 1 }));
    const call = (operation: string): Promise<never> => {
      if (operation === 'GetRecords') reads++;
      const answers: Record<string, unknown> = {
        ListShards: { Shards: [{ ShardId: 'a' }] },
        GetShardIterator: { ShardIterator: 'a' },
        GetRecords: {
          Records: ['x', 'y'].map((name) => ({
            Data: data(name),
            ApproximateArrivalTimestamp: (now + reads) / 1000,
          })),
          NextShardIterator: 'a',
          MillisBehindLatest: 1_000,
        },
      };
      return Promise.resolve(answers[operation] as never);
    };
    const history = new StreamHistory('wildrydes', now, () => now + 60_000, call, {
      isWanted: (each) => atob(each).includes('y'),
      readsMax: 2,
    });
    await history.fetchUntil(now + 20_000);
    expect(reads).toBe(2);
    expect(history.take(now + 20_000).map(({ reading: it }) => it.name)).toEqual(['y', 'y']);
    expect(history.isOver()).toBe(true);
  });
});

describe('the archive, asked for one', () => {
  const row = (millis: number) => [
    'Binky',
    new Date(millis).toISOString().slice(0, 23).replace('T', ' '),
    ...['40.75', '-73.98', '30', '150', null],
  ];

  it('goes back a thousand readings at a time, until there are fewer', async () => {
    const asked: string[] = [];
    const trail = new ArchiveTrail('Binky', now - 3_600_000, (sql) => {
      asked.push(sql);
      const newest = now - 1_000 * (asked.length === 1 ? 1 : 1_001);
      const length = asked.length === 1 ? 1_000 : 10;
      const rows = Array.from({ length }, (_, i) => row(newest - i * 1_000));
      return Promise.resolve({ state: 'SUCCEEDED', error: null, rows });
    });
    await trail.fetchUntil(now);
    expect(asked).toEqual([
      trailSql('Binky', now - 3_600_000, now),
      trailSql('Binky', now - 3_600_000, now - 1_000_000),
    ]);
    const times = trail.take(now).map(({ millis }) => millis);
    expect(times).toHaveLength(1_010);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('names it as SQL does, and fails with what the query says', async () => {
    expect(trailSql("O'Hara", 0, 1)).toContain("WHERE name = 'O''Hara' AND");
    const trail = new ArchiveTrail('Binky', 0, () =>
      Promise.resolve({ state: 'FAILED', error: 'no table', rows: null }),
    );
    await expect(trail.fetchUntil(1)).rejects.toThrow('no table');
  });
});
