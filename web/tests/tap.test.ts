// Rows and windows inside of an SQL application.
import { describe, expect, it } from 'vitest';
import { openWindows, pumpsOf, streamNames, tapTable } from '../src/pages/pipeline/detail/tap';

const answer = {
  running: true,
  nowMillis: 1_000_000,
  rowtimeMillis: 999_000,
  streams: [
    { name: 'SOURCE_SQL_STREAM_001', total: 3, rows: [] },
    { name: 'BETWEEN', total: 3, rows: [] },
  ],
  windows: [
    { stream: 'DESTINATION_SQL_STREAM', groups: 25, closesMillis: 1_023_400 },
    { stream: 'OTHER', groups: 1, closesMillis: 0 },
  ],
};

describe('tap', () => {
  it('shows the newest row first, with every column that has a value in any row', () => {
    const table = tapTable([
      { rowtimeMillis: 1, json: '{"NAME":"a","N":1}' },
      { rowtimeMillis: 2, json: '{"NAME":"b","M":null}' },
      { rowtimeMillis: 3, json: '{"NAME":"cut' },
    ]);
    expect(table.columns).toEqual(['NAME', 'N']);
    expect(table.unread).toEqual(['M']);
    expect(table.rows.map(({ rowtimeMillis }) => rowtimeMillis)).toEqual([3, 2, 1]);
    expect(table.rows[0]!.text).toBe('{"NAME":"cut');
    expect(table.rows[2]!.cells).toEqual(['a', '1']);
  });

  it('has a tab for each stream once, the one of errors last', () => {
    expect(streamNames(['SOURCE_SQL_STREAM_001'], ['DESTINATION_SQL_STREAM'], answer)).toEqual([
      'SOURCE_SQL_STREAM_001',
      'BETWEEN',
      'DESTINATION_SQL_STREAM',
      'error_stream',
    ]);
  });

  it('counts down to the close of a window between two answers', () => {
    expect(openWindows(answer, 400, 60)[0]!.secondsLeft).toBe(23);
    expect(openWindows(answer, 0, 60)[0]!.opensMillis).toBe(963_400);
    expect(openWindows(answer, 0, 0)[0]!.opensMillis).toBeNull();
    expect(openWindows(answer, 3_500, 60)[0]!.secondsLeft).toBe(20);
    expect(openWindows(answer, 60_000, 60)[0]!.secondsLeft).toBe(0);
    expect(openWindows(answer, 0, 60)[1]!.secondsLeft).toBeNull();
  });

  it('names the pumps of the code and what they fill', () => {
    const code = `
      -- CREATE PUMP commented AS INSERT INTO nothing
      CREATE OR REPLACE PUMP "STREAM_PUMP" AS INSERT INTO "DESTINATION_SQL_STREAM"
        SELECT STREAM * FROM "SOURCE_SQL_STREAM_001";
      create pump second as insert into "in ""between""" select 1 from a;
      CREATE STREAM "PUMP" (N INTEGER);`;
    expect(pumpsOf(code)).toEqual([
      { name: 'STREAM_PUMP', stream: 'DESTINATION_SQL_STREAM' },
      { name: 'SECOND', stream: 'in "between"' },
    ]);
  });
});
