// What an answer can be drawn as.
import { readKept, titleOf } from '../src/pages/query/query_tabs';
import { describe, expect, it } from 'vitest';
import { statementAt } from '../src/ui/sql_words';
import { scaleOf } from '../src/pages/query/result_chart';
import { barsMax, plotOf, plottable, shapeOf, tracksOf } from '../src/pages/query/result_shape';

const columns = ['name', 'statustime', 'Latitude', 'lon', 'healthpoints'];
const rows = [
  ['Binky', '2026-11-22 10:00:02.000', '40.75', '-73.98', '140'],
  ['Arion', '2026-11-22 10:00:00.000', '40.70', '-73.90', null],
  ['Binky', '2026-11-22 10:00:01.000', '40.74', '-73.97', '-3.5'],
];

describe('shape of an answer', () => {
  it('knows numbers, moments, a place and the name', () => {
    const shape = shapeOf(columns, rows);
    expect(shape.times).toEqual([1]);
    expect(shape.place).toEqual({ lat: 2, lon: 3 });
    expect(shape.name).toBe(0);
    expect(plottable(shape)).toEqual([4]);
  });

  it('sees nothing to draw in words and in no rows', () => {
    expect(shapeOf(['a'], [['x'], ['1']])).toMatchObject({ numeric: [], place: null });
    expect(shapeOf(columns, [])).toMatchObject({ numeric: [], times: [], place: null });
  });
});

describe('plot', () => {
  it('is a line in the order of time, without rows that hold no number', () => {
    const plot = plotOf(shapeOf(columns, rows), rows, 4);
    expect(plot.kind).toBe('line');
    expect(plot.ys).toEqual([-3.5, 140]);
    expect(plot.left).toBe(1);
  });

  it('is a bar for each row when there is no time, and says how many found no room', () => {
    const many = Array.from({ length: barsMax + 5 }, (_, i) => [`u${i}`, String(i)]);
    const plot = plotOf(shapeOf(['name', 'n'], many), many, 1);
    expect(plot.kind).toBe('bars');
    expect(plot.labels[3]).toBe('u3');
    expect(plot.left).toBe(5);
  });

  it('has round ticks around all values', () => {
    for (const values of [[3, 97], [-20, 5], [1000.2, 1000.9], [7], [0], []]) {
      const { low, high, ticks } = scaleOf(values);
      expect(low).toBeLessThanOrEqual(Math.min(...values, Infinity));
      expect(high).toBeGreaterThanOrEqual(Math.max(...values, -Infinity));
      expect(high).toBeGreaterThan(low);
      expect(ticks.length).toBeLessThan(12);
    }
  });
});

describe('tracks', () => {
  it('are the places of each name in the order of time', () => {
    const tracks = tracksOf(shapeOf(columns, rows), rows);
    expect(tracks.map(({ name }) => name)).toEqual(['Arion', 'Binky']);
    expect(tracks[1]!.points.map(({ lat }) => lat)).toEqual([40.74, 40.75]);
  });

  it('leave out places that are not on Earth', () => {
    const odd = [...rows, ['Binky', '2026-11-22 10:00:03.000', '900', '0', '1']];
    expect(tracksOf(shapeOf(columns, rows), odd)[1]!.points).toHaveLength(2);
  });
});

describe('the statement at the cursor', () => {
  const sql = "SELECT 1;\nSELECT ';' -- a ; too\nFROM t;\n\n";
  it('is what the cursor stands in, and quotes and comments end nothing', () => {
    expect(statementAt(sql, 3)).toBe('SELECT 1');
    expect(statementAt(sql, 9)).toBe('SELECT 1');
    expect(statementAt(sql, 15)).toBe("SELECT ';' -- a ; too\nFROM t");
  });
  it('is the last one behind the end, and the whole text when there is one', () => {
    expect(statementAt(sql, sql.length)).toBe("SELECT ';' -- a ; too\nFROM t");
    expect(statementAt('  SELECT 2 ', 0)).toBe('SELECT 2');
    expect(statementAt('', 0)).toBe('');
  });
});

describe('the open statements', () => {
  it('are named by their first words', () => {
    expect(titleOf('')).toBe('New statement');
    expect(titleOf('-- all of them\nSELECT name\nFROM wildrydes')).toBe('SELECT name FROM wildry…');
    expect(titleOf('SHOW TABLES')).toBe('SHOW TABLES');
  });

  it('are read as they were kept, or not at all', () => {
    expect(readKept('{"texts":["SELECT 1","SELECT 2"],"active":1}')).toEqual({
      texts: ['SELECT 1', 'SELECT 2'],
      active: 1,
    });
    for (const text of [null, '', 'nonsense', '[]', '{"texts":7}', 'null'])
      expect(readKept(text)).toEqual({ texts: [], active: 0 });
    expect(readKept('{"texts":["a",3],"active":5}')).toEqual({ texts: ['a'], active: 0 });
  });
});
