// The fleet's store: motion, ageing, alerts, removal; and its trails.
import { describe, expect, it } from 'vitest';
import { mercatorX, mercatorY } from '../src/fleet/projection';
import type { Reading } from '../src/fleet/reading';
import { Status } from '../src/fleet/status';
import { FleetStore } from '../src/fleet/store';
import { Trail } from '../src/fleet/trail';

const start = { lat: 40.749167, lon: -73.985184 };
const reading = (name: string, over: Partial<Reading> = {}): Reading => ({
  name,
  timeMillis: 0,
  lat: 40.75,
  lon: -73.98,
  metresPerSecond: 30,
  health: 150,
  magic: 150,
  ...over,
});

describe('FleetStore', () => {
  it('glides from where a unicorn was shown to its newest report', () => {
    const store = new FleetStore(start);
    store.apply(reading('A', { lon: -73.98 }), 1000);
    store.apply(reading('A', { lon: -73.97 }), 2000);
    expect(store.shownX(0, 2000)).toBeCloseTo(mercatorX(-73.98), 6);
    expect(store.shownX(0, 2550)).toBeCloseTo(mercatorX(-73.975), 6);
    expect(store.shownX(0, 9000)).toBeCloseTo(mercatorX(-73.97), 6);
  });

  it('does not jump when a report comes before the last one was reached', () => {
    const store = new FleetStore(start);
    store.apply(reading('A', { lon: -73.98 }), 1000);
    store.apply(reading('A', { lon: -73.97 }), 2000);
    const before = store.shownX(0, 2300);
    store.apply(reading('A', { lon: -73.96 }), 2300);
    expect(store.shownX(0, 2300)).toBeCloseTo(before, 6);
  });

  it('takes several reports of one answer as one motion to the newest', () => {
    const store = new FleetStore(start);
    store.apply(reading('A', { lon: -73.98 }), 1000);
    store.apply(reading('A', { lon: -73.975 }), 2000);
    store.apply(reading('A', { lon: -73.97 }), 2000);
    expect(store.shownX(0, 2000)).toBeCloseTo(mercatorX(-73.98), 6);
    expect(store.shownX(0, 4100)).toBeCloseTo(mercatorX(-73.97), 6);
  });

  it('does not draw a ride across the map for a unicorn that was moved far', () => {
    const store = new FleetStore(start);
    store.apply(reading('A'), 1000);
    store.apply(reading('A', { lon: 2.35, lat: 48.85 }), 2000);
    expect(store.shownX(0, 2000)).toBeCloseTo(mercatorX(2.35), 6);
  });

  it('greys after 5 s, loses after 30 s and finds again', () => {
    const store = new FleetStore(start);
    store.apply(reading('A'), 0);
    store.age(5_000);
    expect(store.column.status[0]).toBe(Status.Ok);
    store.age(5_001);
    expect(store.column.status[0]).toBe(Status.Stale);
    store.age(30_000);
    expect(store.column.status[0]).toBe(Status.Lost);
    expect([store.count, store.onMap]).toEqual([1, 0]);
    store.apply(reading('A'), 31_000);
    expect(store.column.status[0]).toBe(Status.Ok);
  });

  it('tells vital signs: below 100 low, below 110 watch, unknown neither', () => {
    const store = new FleetStore(start);
    store.apply(reading('low', { magic: 99 }), 0);
    store.apply(reading('watch', { health: 109 }), 0);
    store.apply(reading('edge', { health: 110, magic: 110 }), 0);
    store.apply(reading('unknown', { health: NaN, magic: NaN }), 0);
    expect([...store.column.status.slice(0, 4)]).toEqual([
      Status.Low,
      Status.Watch,
      Status.Ok,
      Status.Ok,
    ]);
  });

  it('grows beyond its first rows and keeps each by name', () => {
    const store = new FleetStore(start);
    for (let i = 0; i < 1000; i++) store.apply(reading(`u${i}`, { health: i }), 0);
    expect(store.count).toBe(1000);
    expect(store.column.health[store.rowOf('u777')]).toBe(777);
  });

  it('dismisses the lost and keeps the others whole', () => {
    const store = new FleetStore(start);
    store.apply(reading('old1'), 0);
    store.apply(reading('new', { health: 123 }), 20_000);
    store.apply(reading('old2'), 0);
    store.dismissLost(31_000);
    expect(store.names).toEqual(['new']);
    expect(store.rowOf('old1')).toBe(-1);
    expect(store.column.health[store.rowOf('new')]).toBe(123);
    expect(store.trail(store.rowOf('new')).length).toBe(1);
  });

  it('marks who has an open alert, also who comes later', () => {
    const store = new FleetStore(start);
    store.apply(reading('A'), 0);
    store.setAlerting(['A', 'B']);
    store.apply(reading('B'), 0);
    store.apply(reading('C'), 0);
    expect([...store.column.alerting.slice(0, 3)]).toEqual([1, 1, 0]);
  });

  it('knows nothing of the way to where a unicorn is first seen', () => {
    const store = new FleetStore(start);
    store.apply(reading('A', { lat: 41 }), 0);
    store.apply(reading('A', { lat: 41.001 }), 1_000);
    expect(store.trail(0).length).toBe(2);
    expect(store.trail(0).y(0)).toBeCloseTo(mercatorY(41), 6);
  });

  it('draws no way through a silence, and one through reports that came late together', () => {
    const store = new FleetStore(start);
    const at = (seconds: number, lat: number) => reading('A', { timeMillis: seconds * 1_000, lat });
    store.apply(at(1, 40.75), 1_000);
    store.apply(at(90, 40.751), 90_000);
    store.apply(at(91, 40.753), 200_000);
    expect([0, 1, 2].map((i) => store.trail(0).isBeginning(i))).toEqual([true, true, false]);
  });

  it('puts the past before what it saw, vital signs too', () => {
    const store = new FleetStore(start);
    store.epochOf = (millis) => millis + 1_000_000;
    store.apply(reading('A', { lat: 40.76, health: 120 }), 5_000);
    const past = [1, 2, 3].map((i) => ({
      ...{ x: mercatorX(-73.98), y: mercatorY(40.75 + i / 1000) },
      ...{ millis: 1_000_000 + i * 1_000, health: 100 + i, magic: 100 },
    }));
    store.addPast('A', past);
    store.addPast('nobody', past);
    expect(store.trail(0).y(0)).toBeCloseTo(mercatorY(40.751), 6);
    expect(store.vitalsOf(0)!.length).toBe(4);
    expect([0, 3].map((i) => store.vitalsOf(0)!.healthAt(i))).toEqual([101, 120]);
  });

  it('keeps a short trail of the many, and the whole one of who is watched', () => {
    const store = new FleetStore(start);
    for (let i = 0; i < 1_100; i++) store.apply(reading(`u${i}`), 0);
    store.watch('u1099');
    for (let i = 1; i <= 2_000; i++) {
      const lon = -73.98 + (i % 2) / 100;
      for (const name of ['u0', 'u1098', 'u1099'])
        store.apply(reading(name, { lat: 40.75 + i / 1e5, lon, timeMillis: i * 1_000 }), i * 1_000);
    }
    const lengths = [0, 1098, 1099].map((row) => store.trail(row).length);
    expect(lengths[0]).toBe(2_001);
    expect(lengths[1]).toBeLessThanOrEqual(240);
    expect(lengths[2]).toBe(2_001);
  });
});

describe('Trail', () => {
  it('keeps only the ends of a straight ride', () => {
    const trail = new Trail();
    for (let i = 0; i <= 500; i++) trail.push(i * 30, i * 10);
    expect(trail.length).toBe(2);
    expect([trail.x(1), trail.y(1)]).toEqual([15_000, 5_000]);
  });

  it('keeps corners and turns back', () => {
    const trail = new Trail();
    for (const [x, y] of [
      [0, 0],
      [100, 0],
      [100, 100],
      [100, 50],
    ] as const)
      trail.push(x, y);
    expect(trail.length).toBe(4);
  });

  it('stays within its bound and forgets the oldest', () => {
    const trail = new Trail();
    for (let i = 0; i < 20_000; i++) trail.push(i * 10, (i % 2) * 500, i * 1_000);
    expect(trail.length).toBeLessThanOrEqual(3_600);
    expect(trail.length).toBeGreaterThan(3_300);
    expect(trail.x(0)).toBe((20_000 - trail.length) * 10);
    expect(trail.x(trail.length - 1)).toBe(199_990);
    // What was forgotten for want of room is not fetched again.
    trail.prepend([{ x: 0, y: 0, millis: 0 }]);
    expect(trail.x(0)).toBeGreaterThan(0);
  });

  it('draws no line over a leap', () => {
    const trail = new Trail();
    for (const x of [0, 100, 90_000, 90_100, 90_200]) trail.push(x, 0);
    expect(trail.length).toBe(4);
    expect([0, 1, 2, 3].map((i) => trail.isBeginning(i))).toEqual([true, false, true, false]);
  });

  const past = (...seconds: number[]) =>
    seconds.map((second) => ({ x: second * 30, y: (second % 2) * 50, millis: second * 1_000 }));
  const trailOf = (...seconds: number[]) => {
    const trail = new Trail();
    // The page reads a report up to a second after the stream took it.
    for (const { x, y, millis } of past(...seconds)) trail.push(x, y, millis + 900);
    return trail;
  };

  it('joins the past to what it has, each report once', () => {
    const trail = trailOf(4, 5, 6);
    trail.prepend(past(1, 2, 3, 4, 5));
    expect(Array.from({ length: trail.length }, (_, i) => trail.x(i) / 30)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(Array.from({ length: 6 }, (_, i) => trail.isBeginning(i))).toEqual([
      true,
      ...Array<boolean>(5).fill(false),
    ]);
    trail.prepend(past(1, 2, 3));
    expect(trail.length).toBe(6);
    trail.prepend(past(-1, 0));
    expect(trail.x(0)).toBe(-30);
  });

  it('leaves a gap where the past does not reach what it has', () => {
    const trail = trailOf(100, 101);
    trail.prepend(past(1, 2, 50));
    expect([0, 1, 2, 3, 4].map((i) => trail.isBeginning(i))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('takes of a long past what there is room for', () => {
    const trail = trailOf(10_000, 10_001);
    trail.prepend(past(...Array.from({ length: 9_999 }, (_, i) => i + 1)));
    expect(trail.length).toBeLessThanOrEqual(3_600);
    expect(trail.x(trail.length - 1)).toBe(10_001 * 30);
  });
});
