// Filter, projection, hit testing, badge, alerts and downloads.
import { describe, expect, it } from 'vitest';
import {
  addable,
  hasThreshold,
  newRuleId,
  ruleAsSql,
  ruleWords,
  valueWords,
} from '../src/alerts/alert_words';
import type { AlertRule } from '../src/api/console_api';
import { listedRows, safeName, type Chip, type ListView } from '../src/fleet/filter';
import { HitIndex } from '../src/fleet/hit_index';
import {
  distanceMetres,
  formatMph,
  latitude,
  longitude,
  mercatorX,
  mercatorY,
} from '../src/fleet/projection';
import { FleetStore } from '../src/fleet/store';
import { badgeOf, retryWords } from '../src/live/badge';
import { toCsv, toJsonLines } from '../src/pages/query/query_run';

const view = (over: Partial<ListView> = {}): ListView => ({
  search: '',
  chips: new Set<Chip>(),
  sort: 'name',
  descending: false,
  ...over,
});

function storeOf(rows: [name: string, health: number, seen: number][]): FleetStore {
  const store = new FleetStore({ lat: 0, lon: 0 });
  for (const [name, health, seen] of rows) {
    store.apply(
      { name, timeMillis: 0, lat: 1, lon: 1, metresPerSecond: 30, health, magic: 150 },
      seen,
    );
  }
  store.age(31_000);
  return store;
}

describe('listedRows', () => {
  const store = storeOf([
    ['Binky', 90, 31_000],
    ['Arion', 150, 31_000],
    ['u10', 105, 31_000],
    ['u2', 150, 20_000],
    ['Old', 150, 0],
  ]);
  const names = (v: ListView) => listedRows(store, v).map((row) => store.names[row]);

  it('sorts names as people do', () => {
    expect(names(view())).toEqual(['Arion', 'Binky', 'Old', 'u2', 'u10']);
  });

  it('puts what needs action first', () => {
    expect(names(view({ sort: 'status' }))).toEqual(['Binky', 'u10', 'u2', 'Arion', 'Old']);
    expect(names(view({ sort: 'status', descending: true }))).toEqual([
      'Old',
      'Arion',
      'u2',
      'u10',
      'Binky',
    ]);
  });

  it('searches without regard to case and combines chips', () => {
    expect(names(view({ search: 'U1' }))).toEqual(['u10']);
    expect(names(view({ chips: new Set<Chip>(['low', 'stale']) }))).toEqual(['Binky', 'u2']);
    expect(names(view({ chips: new Set<Chip>(['lost']) }))).toEqual(['Old']);
  });

  it('sorts by vital signs in both directions, unknown last', () => {
    expect(names(view({ sort: 'health' })).slice(0, 2)).toEqual(['Binky', 'u10']);
    expect(names(view({ sort: 'health', descending: true })).at(-1)).toBe('Binky');
  });

  it('lists an alerted unicorn as low', () => {
    const alerted = storeOf([
      ['A', 150, 31_000],
      ['B', 150, 31_000],
    ]);
    alerted.setAlerting(['B']);
    expect(
      listedRows(alerted, view({ chips: new Set<Chip>(['low']) })).map((row) => alerted.names[row]),
    ).toEqual(['B']);
  });

  it('makes control and direction characters of a name visible', () => {
    expect(safeName('a\u202eb\u0000c')).toBe('a\ufffdb\ufffdc');
  });
});

describe('projection', () => {
  it('goes there and back', () => {
    expect(longitude(mercatorX(-73.985184))).toBeCloseTo(-73.985184, 9);
    expect(latitude(mercatorY(40.749167))).toBeCloseTo(40.749167, 9);
    expect(mercatorX(180)).toBeCloseTo(20_037_508.342789, 4);
    expect(mercatorY(89.9)).toBeCloseTo(20_037_508.342789, 2);
  });

  it('measures distances on the sphere', () => {
    expect(distanceMetres(40.7128, -74.006, 42.3601, -71.0589)).toBeGreaterThan(305_000);
    expect(distanceMetres(40.7128, -74.006, 42.3601, -71.0589)).toBeLessThan(307_500);
  });

  it("says speed in the workshop's words", () => {
    expect(formatMph(30.25)).toBe('67.7 mph');
  });
});

describe('HitIndex', () => {
  it('finds the nearest within reach, also across cells', () => {
    const index = new HitIndex();
    index.reset(640, 480, 3);
    index.add(7, 31, 31);
    index.add(8, 40, 40);
    index.add(9, 600, 400);
    expect(index.nearest(33, 33, 10)).toBe(7);
    expect(index.nearest(38, 38, 10)).toBe(8);
    expect(index.nearest(300, 300, 20)).toBe(-1);
    index.reset(640, 480, 3);
    expect(index.nearest(33, 33, 10)).toBe(-1);
  });
});

describe('badgeOf', () => {
  const contact = {
    ...{ polledMillis: 10_000, failing: false, recordMillis: 10_000, behindMillis: 0 },
    retryMillis: -Infinity,
  };

  it('is live only while polls succeed and records come', () => {
    expect(badgeOf(contact, 10_500).state).toBe('live');
    expect(badgeOf({ ...contact, failing: true }, 10_500).state).toBe('reconnecting');
    expect(badgeOf(contact, 14_001).state).toBe('reconnecting');
  });

  it('says for how long nothing new has come', () => {
    expect(badgeOf({ ...contact, polledMillis: 22_000 }, 22_000)).toEqual({
      state: 'stale',
      seconds: 12,
      retrySeconds: 0,
    });
    expect(badgeOf({ ...contact, behindMillis: 8_000 }, 10_000)).toEqual({
      state: 'stale',
      seconds: 8,
      retrySeconds: 0,
    });
  });

  it('counts down to the next try', () => {
    const failed = { ...contact, failing: true, retryMillis: 14_200 };
    const wordsAt = (millis: number) => retryWords(badgeOf(failed, millis));
    expect(wordsAt(10_500)).toBe('next try in 4 s');
    expect(wordsAt(14_100)).toBe('next try in 1 s');
    expect(wordsAt(14_300)).toBe('trying now');
    expect(retryWords(badgeOf(contact, 10_500))).toBe('');
  });

  it('is connecting before the first answer and live on an empty stream', () => {
    expect(
      badgeOf(
        { ...contact, polledMillis: -Infinity, recordMillis: -Infinity },
        5,
      ).state,
    ).toBe('connecting');
    expect(badgeOf({ ...contact, recordMillis: -Infinity }, 10_100).state).toBe('live');
  });
});

describe('alert rules', () => {
  const rule: AlertRule = {
    id: 'low',
    kind: 'vitals-below',
    metric: 'MagicPoints',
    threshold: 42,
    enabled: true,
    webhook: true,
  };

  it('are said in words, with a unit where there is one', () => {
    expect(ruleWords(rule)).toEqual(['Magic below', 'points']);
    expect(ruleWords({ ...rule, kind: 'silent-for' })[1]).toBe('seconds');
    expect(hasThreshold({ ...rule, kind: 'function-errors' })).toBe(false);
  });

  it('of the pipeline can be added again, those without a threshold once', () => {
    const kinds = (rules: AlertRule[]) => addable(rules).map(([kind]) => kind);
    const all = ['silent-for', 'iterator-age', 'function-errors', 'delivery-failures'];
    expect(kinds([rule])).toEqual(all);
    expect(kinds([{ ...rule, kind: 'function-errors' }, { ...rule, kind: 'iterator-age' }])).toEqual(
      ['silent-for', 'iterator-age', 'delivery-failures'],
    );
  });

  it('get ids that no other has', () => {
    const first = newRuleId([rule], 'x');
    expect(newRuleId([{ ...rule, id: first }], 'x')).not.toBe(first);
  });

  it('about vital signs are streaming SQL as well', () => {
    expect(ruleAsSql(rule)).toContain('WHERE "MagicPoints" < 42');
    expect(ruleAsSql({ ...rule, kind: 'iterator-age' })).toBeNull();
  });

  it('values carry the unit of their rule', () => {
    expect(valueWords({ title: 'Silent for 30 s' }, 31.27)).toBe('31.3 s');
    expect(valueWords({ title: 'Health points below 100' }, 99)).toBe('99');
    expect(valueWords({ title: 'Function fails' }, 1)).toBe('');
  });
});

describe('downloads', () => {
  it('quotes what CSV must quote', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,"y"', null],
          ['line\nbreak', '1'],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",\r\n"line\nbreak",1\r\n');
  });

  it('writes a JSON object per row', () => {
    expect(toJsonLines(['a', 'b'], [['1', null]])).toBe('{"a":"1","b":null}\n');
  });
});
