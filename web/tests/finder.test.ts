// What the field of Ctrl+K finds, and what the announcer says.
import { describe, expect, it } from 'vitest';
import { newsOf } from '../src/live/news';
import { found, rankOf, type Entry } from '../src/app/finder';

const entry = (words: string, kind = 'Page'): Entry => ({
  words,
  kind,
  glyph: 'start',
  run: () => {},
});
const unicorn = (name: string) => entry(name, 'Unicorn');

describe('the finder', () => {
  it('puts beginnings before middles', () => {
    expect([rankOf('wildrydes', 'wild'), rankOf('Query the archive', 'arch')]).toEqual([0, 1]);
    expect([rankOf('UnicornSensorData', 'sensor'), rankOf('x', 'y')]).toEqual([2, -1]);
    const list = found(
      'ac',
      [entry('Access'), entry('Activity')],
      [entry('Tracker', 'Stream')],
      ['Acorn', 'Jack'],
      unicorn,
    );
    expect(list.map(({ words }) => words)).toEqual([
      'Access',
      'Activity',
      'Acorn',
      'Tracker',
      'Jack',
    ]);
  });

  it('is bounded with a large fleet, and prefers the shorter name', () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `Roach-${50_000 - i}`);
    const list = found('roach', [], [], names, unicorn);
    expect(list.length).toBe(8);
  });

  it('offers pages and parts before anything is typed', () => {
    expect(
      found(' ', [entry('Fleet')], [entry('wildrydes', 'Stream')], ['Arion'], unicorn).length,
    ).toBe(2);
  });
});

describe('the announcer', () => {
  const at = (alerts: number, badge: 'connecting' | 'live' | 'stale' | 'reconnecting') => ({
    alerts,
    badge,
  });

  it('tells alerts and a connection that is lost or found again, and nothing else', () => {
    expect(newsOf(at(0, 'live'), at(0, 'live'))).toBe('');
    expect(newsOf(at(0, 'connecting'), at(0, 'live'))).toBe('');
    expect(newsOf(at(0, 'live'), at(1, 'live'))).toBe('1 alert is open.');
    expect(newsOf(at(1, 'live'), at(4_212, 'reconnecting'))).toBe(
      'The connection is lost; the page tries again. 4212 alerts are open.',
    );
    expect(newsOf(at(2, 'reconnecting'), at(0, 'live'))).toBe(
      'The map is live again. No alert is open.',
    );
  });
});
