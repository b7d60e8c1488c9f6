// What is suggested where.
import { describe, expect, it } from 'vitest';
import { suggestAt, type CatalogueTable } from '../src/ui/sql_completion';

const tables: CatalogueTable[] = [
  {
    name: 'wildrydes',
    columns: [
      { name: 'name', type: 'string' },
      { name: 'healthpoints', type: 'bigint' },
    ],
  },
  { name: 'rides', columns: [{ name: 'fare', type: 'double' }] },
];
/** `|` is the cursor. */
function at(text: string, isAsked = false): string[] | null {
  const cursor = text.indexOf('|');
  const found = suggestAt(text.replace('|', ''), cursor, tables, isAsked);
  return found && found.list.map((it) => it.text);
}

describe('suggestions', () => {
  it('are tables behind FROM and JOIN', () => {
    expect(at('SELECT * FROM w|')).toEqual(['wildrydes']);
    expect(at('SELECT * FROM |', true)).toEqual(['wildrydes', 'rides']);
    expect(at('SELECT * FROM rides join wi|')).toEqual(['wildrydes']);
  });

  it('are the columns of the tables that the statement names, then keywords and functions', () => {
    expect(at('SELECT he| FROM wildrydes')).toEqual(['healthpoints']);
    expect(at('SELECT fa| FROM wildrydes')).not.toContain('fare');
    expect(at('SELECT fa|')).toContain('fare');
    expect(at('sel|')).toEqual(['SELECT']);
    expect(at('SELECT co| FROM rides')).toEqual(expect.arrayContaining(['COUNT', 'count(']));
  });

  it('are the columns of one table behind its name or alias and a point', () => {
    expect(at('SELECT r.| FROM rides AS r JOIN wildrydes w')).toEqual(['fare']);
    expect(at('SELECT w.h| FROM rides r JOIN wildrydes w')).toEqual(['healthpoints']);
    expect(at('SELECT "rides".| FROM rides')).toEqual(['fare']);
    expect(at('SELECT x.| FROM rides')).toBeNull();
  });

  it('keep silent in texts, comments and words, and when the word is whole', () => {
    for (const text of [
      "SELECT 'na|",
      'SELECT "na|',
      'SELECT 1 -- na|',
      'SELECT 1 /* na|',
      'SELECT na|me',
      'SELECT name|',
      'SELECT |',
      'SELECT 1|',
      'SELECT 1 FROM rides r|',
    ])
      expect(at(text), text).toBeNull();
    expect(at("SELECT 'it''s' AS na|")).toEqual(['name']);
    expect(at('SELECT name|', true)).toEqual(['name']);
  });
});
