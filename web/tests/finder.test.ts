// What the field of Ctrl+K finds, and what the announcer says.
import { describe, expect, it } from 'vitest';
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
