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
    expect(store.trail(store.rowOf('new')).length).toBe(2);
  });

  it('marks who has an open alert, also who comes later', () => {
    const store = new FleetStore(start);
    store.apply(reading('A'), 0);
    store.setAlerting(['A', 'B']);
    store.apply(reading('B'), 0);
    store.apply(reading('C'), 0);
    expect([...store.column.alerting.slice(0, 3)]).toEqual([1, 1, 0]);
  });

  it('begins each trail at the start point', () => {
    const store = new FleetStore(start);
    store.apply(reading('A'), 0);
    expect(store.trail(0).x(0)).toBeCloseTo(mercatorX(start.lon), 6);
    expect(store.trail(0).y(0)).toBeCloseTo(mercatorY(start.lat), 6);
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

  it('stays within its bound and keeps the first point', () => {
    const trail = new Trail();
    for (let i = 0; i < 20_000; i++) trail.push(i * 10, (i % 2) * 500);
    expect(trail.length).toBeLessThanOrEqual(3_600);
    expect(trail.x(0)).toBe(0);
    expect(trail.x(trail.length - 1)).toBe(199_990);
  });
});
