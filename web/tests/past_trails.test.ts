// The past of trails: whose is read, how far back, and that what is not wanted any more is given up.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reading } from '../src/fleet/reading';
import { FleetStore } from '../src/fleet/store';
import { PastTrails, lookBackMillis, type Wanted } from '../src/replay/past_trails';
import type { History, PastReading } from '../src/replay/stream_history';

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
