// Rows and windows inside of an SQL application.
import { describe, expect, it } from 'vitest';
import { openWindows, streamNames, tapTable } from '../src/pages/pipeline/detail/tap';

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
    expect(openWindows(answer, 400)[0]!.secondsLeft).toBe(23);
    expect(openWindows(answer, 3_500)[0]!.secondsLeft).toBe(20);
    expect(openWindows(answer, 60_000)[0]!.secondsLeft).toBe(0);
    expect(openWindows(answer, 0)[1]!.secondsLeft).toBeNull();
  });
});
