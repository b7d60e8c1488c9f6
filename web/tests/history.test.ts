// Figures that the page keeps itself, and what objects and log lines tell of the last hour.
import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../src/api/console_feeds';
import { queriesOn } from '../src/pages/pipeline/detail/archive_queries';
import { exampleItem } from '../src/pages/pipeline/detail/item_json';
import { GuestRequests, isOfRole } from '../src/pages/pipeline/detail/guest_requests';
import { byMinute, joined, linesOf, invocationsOf } from '../src/pages/pipeline/detail/invocations';
import { byMinute as objectsByMinute, recentPrefixes } from '../src/pages/pipeline/detail/written';
import {
  evenly,
  growthPerMinute,
  History,
  perSecondOf,
  pointsMax,
} from '../src/pages/pipeline/history';
import { Waits } from '../src/pages/pipeline/waits';

const points = (...pairs: [number, number][]) =>
  pairs.map(([millis, value]) => ({ millis, value }));

describe('History', () => {
  it('keeps the newest points of each figure', () => {
    const history = new History();
    for (let i = 0; i < pointsMax + 5; i++) history.note('a', { millis: i, value: i });
    expect(history.pointsOf('a')).toHaveLength(pointsMax);
    expect(history.pointsOf('a')[0]!.value).toBe(5);
    expect(history.pointsOf('b')).toEqual([]);
  });

  it('tells how fast a counter grows, also after it was set back', () => {
    const rates = perSecondOf(
      points([0, 10], [1_000, 30], [2_000, 50], [3_000, 0], [4_000, 5]),
      1_000,
    ).map((it) => it.value);
    expect(rates).toEqual([NaN, 20, 20, NaN, 5]);
  });

  it('spreads points evenly over their time', () => {
    expect(evenly(points([0, 1], [100, 2], [1_000, 3]), 10)).toEqual([2, NaN, 3]);
    expect(evenly(points([5, 7]), 10)).toEqual([7]);
    expect(evenly([], 10)).toEqual([]);
  });

  it('tells the growth of a minute once there is enough of it', () => {
    expect(growthPerMinute([])).toBeNull();
    expect(growthPerMinute(points([0, 5], [4_000, 9]))).toBeNull();
    expect(growthPerMinute(points([0, 5], [30_000, 25]))).toBe(40);
    expect(growthPerMinute(points([0, 5], [100_000, 30], [160_000, 20]))).toBe(-10);
  });
});

describe('the log of a function', () => {
  const event = (timestamp: number, logStreamName: string, message: string) => ({
    timestamp,
    logStreamName,
    message,
  });
  const report = (id: string, millis: number) =>
    `REPORT RequestId: ${id}\tDuration: ${millis} ms\tMax Memory Used: 60 MB\t`;

  it('keeps two processes apart whose lines come mixed', () => {
    const events = [
      event(1, 'one', 'START RequestId: 1a Version: $LATEST'),
      event(2, 'two', 'START RequestId: 2b Version: $LATEST'),
      event(3, 'one', '2026\t1a\tERROR\tno such table'),
      event(4, 'two', 'all is well'),
      event(5, 'two', report('2b', 3)),
      event(6, 'one', report('1a', 5)),
    ];
    const found = invocationsOf(events);
    expect(found.map((it) => [it.requestId, it.failed, it.logStream])).toEqual([
      ['2b', false, 'two'],
      ['1a', true, 'one'],
    ]);
    expect(
      linesOf(
        events.filter((it) => it.logStreamName === 'two'),
        '2b',
      ),
    ).toEqual(['all is well']);
    expect(joined(found, found)).toEqual([found[0], found[1]]);
  });

  it('counts each minute, and says nothing of the duration where nothing ran', () => {
    const now = 10 * 60_000 + 5_000;
    const it = (millis: number, durationMillis: number) => ({
      requestId: String(millis),
      millis,
      durationMillis,
      memoryMib: 0,
      failed: durationMillis > 100,
      logStream: '',
    });
    const found = byMinute(
      [it(1_000, 1), it(now - 120_000, 4), it(now - 60_000, 200), it(now, 9)],
      now,
      3,
    );
    expect(found.counts).toEqual([0, 1, 1]);
    expect(found.failed).toEqual([0, 0, 1]);
    expect(found.medians).toEqual([NaN, 4, 200]);
  });
});

describe('what was written', () => {
  it('is counted by the minute', () => {
    const now = 10 * 60_000 + 5_000;
    const list = [0, now - 181_000, now - 62_000, now - 65_000, now].map((millis) => ({
      key: '',
      bytes: 10,
      millis,
    }));
    expect(objectsByMinute(list, now, 3)).toEqual({ counts: [1, 0, 2], bytes: [10, 0, 20] });
  });

  it('is looked for where a delivery writes in this hour and wrote in the one before', () => {
    const now = Date.UTC(2026, 10, 23, 0, 5);
    expect(recentPrefixes('rides/', now)).toEqual(['rides/2026/11/22/23/', 'rides/2026/11/23/00/']);
    expect(recentPrefixes('rides/!{timestamp:yyyy}/', now)).toEqual(['rides/']);
  });
});

describe('queries on a table', () => {
  it('are those that name it and succeeded, oldest first', () => {
    const execution = (sql: string, state: string, seconds: number) => ({
      Query: sql,
      Status: { State: state, SubmissionDateTime: seconds },
      Statistics: { DataScannedInBytes: 10, TotalExecutionTimeInMillis: seconds },
    });
    const found = queriesOn('Wildrydes', [
      execution('SELECT * FROM "default"."wildrydes" LIMIT 2', 'SUCCEEDED', 5),
      execution('SELECT * FROM wildrydes_old', 'SUCCEEDED', 4),
      execution('select name from WILDRYDES', 'SUCCEEDED', 3),
      execution('select nothing from wildrydes', 'FAILED', 2),
    ]);
    expect(found.map((it) => it.atMillis)).toEqual([3_000, 5_000]);
  });
});

describe('what guests ask', () => {
  const entry = (id: number, count: number, principal: string) =>
    ({ id, count, principal, time: `2026-11-23T00:00:0${id}Z` }) as ActivityEntry;
  const guest = 'arn:aws:sts::123456789012:assumed-role/Guests/CognitoIdentityCredentials';

  it('is counted as entries grow, without what others ask', () => {
    const requests = new GuestRequests('Guests');
    requests.take(
      { version: 2, entries: [entry(1, 4, guest), entry(2, 9, 'arn:aws:iam::1:root')] },
      0,
    );
    requests.take({ version: 3, entries: [entry(1, 7, guest), entry(3, 1, guest)] }, 1_000);
    expect(requests.points).toEqual([
      { millis: 0, value: 4 },
      { millis: 1_000, value: 8 },
    ]);
    expect(requests.entries.map((it) => it.id)).toEqual([3, 1]);
  });

  it('goes on counting after the server began again', () => {
    const requests = new GuestRequests('Guests');
    requests.take({ version: 9, entries: [entry(1, 4, guest)] }, 0);
    requests.take({ version: 1, entries: [entry(1, 2, guest)] }, 1_000);
    expect(requests.points.at(-1)).toEqual({ millis: 1_000, value: 6 });
    expect(isOfRole(guest, '')).toBe(false);
  });
});

describe('Waits', () => {
  const node = (state: string, health: 'wait' | 'ok') =>
    ({ id: 'table:T', kind: 'table', name: 'T', state, health }) as const;

  it('counts the seconds of each passing state by itself', () => {
    const waits = new Waits();
    waits.note([node('CREATING', 'wait')], 1_000);
    waits.note([node('CREATING', 'wait')], 5_000);
    expect(waits.secondsOf('table:T', 8_900)).toBe(7);
    waits.note([node('UPDATING', 'wait')], 9_000);
    expect(waits.secondsOf('table:T', 9_000)).toBe(0);
    waits.note([node('ACTIVE', 'ok')], 10_000);
    expect(waits.secondsOf('table:T', 11_000)).toBeNull();
  });

  it('does not wait for what is missing', () => {
    const waits = new Waits();
    waits.note([{ ...node('missing', 'wait'), command: 'make it' }], 0);
    expect(waits.secondsOf('table:T', 1_000)).toBeNull();
  });
});

describe('exampleItem', () => {
  it('has each key in its type', () => {
    expect(
      exampleItem([
        { name: 'Name', type: 'S' },
        { name: 'Ride', type: 'N' },
      ]),
    ).toEqual({ Name: { S: 'Shadowfax' }, Ride: { N: '1' } });
  });
});
