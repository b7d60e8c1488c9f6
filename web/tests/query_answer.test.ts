// An answer beyond its first thousand rows: its file, its pages, its order, and the keys of its grid.
import { describe, expect, it, vi } from 'vitest';
import type { QueryState } from '../src/api/console_api';
import { CsvReader } from '../src/pages/query/csv_reader';
import { orderBy } from '../src/pages/query/result_shape';
import { QueryTab } from '../src/pages/query/query_tabs';
import { wholeJsonLines } from '../src/pages/query/save_whole';
import { headRow, step } from '../src/ui/grid_walk';

const text = '"name","note"\n"a ""b"", c","line\nbreak"\r\n,""\n"é","end"';
const rows = [
  ['name', 'note'],
  ['a "b", c', 'line\nbreak'],
  [null, ''],
  ['é', 'end'],
];

describe('CSV', () => {
  it('is the same rows wherever the parts of the text are cut', () => {
    for (let size = 1; size <= text.length; size++) {
      const csv = new CsvReader();
      const found: (string | null)[][] = [];
      for (let at = 0; at < text.length; at += size)
        found.push(...csv.push(text.slice(at, at + size)));
      expect([...found, ...csv.end()], `parts of ${size}`).toEqual(rows);
    }
  });

  it('becomes JSON lines without the row of names, cut within a letter or not', async () => {
    const bytes = new TextEncoder().encode(text);
    const parts = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const body = new ReadableStream<Uint8Array>({
      start: (to) => {
        for (const part of parts) to.enqueue(part);
        to.close();
      },
    });
    const heard: number[] = [];
    const file = await wholeJsonLines(
      ['name', 'note'],
      body,
      (count) => heard.push(count),
      new AbortController().signal,
    );
    const lines = (await file.text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      rows.slice(1).map(([name, note]) => ({ name, note })),
    );
    expect(heard).toEqual([1, 2, 3]);
  });
});

describe('further rows', () => {
  const answer: QueryState = {
    state: 'SUCCEEDED',
    error: null,
    columns: ['x'],
    rows: [['1']],
    hasMore: true,
    nextToken: 'n1',
    output: null,
    scannedBytes: 0,
    millis: 0,
  };
  const tabWith = (result: QueryState) => {
    const tab = new QueryTab('SELECT x');
    tab.result.value = result;
    (tab as unknown as { id: string }).id = 'q';
    return tab;
  };

  it('stand behind the first, until there are none', async () => {
    const tab = tabWith(answer);
    const page = vi
      .fn()
      .mockResolvedValueOnce({ rows: [['2']], nextToken: 'n2' })
      .mockResolvedValueOnce({ rows: [['3']], nextToken: null });
    await Promise.all([tab.more(page), tab.more(page)]);
    await tab.more(page);
    await tab.more(page);
    expect(page.mock.calls).toEqual([
      ['q', 'n1'],
      ['q', 'n2'],
    ]);
    expect(tab.result.value?.rows).toEqual([['1'], ['2'], ['3']]);
    expect(tab.result.value?.hasMore).toBe(false);
  });

  it('do not go to another answer, and a failure is told once', async () => {
    const tab = tabWith(answer);
    await tab.more(async () => {
      tab.result.value = { ...answer, rows: [['other']] };
      return { rows: [['2']], nextToken: null };
    });
    expect(tab.result.value?.rows).toEqual([['other']]);
    const failing = vi.fn().mockRejectedValue(new Error('gone'));
    await tab.more(failing);
    await tab.more(failing);
    expect(tab.moreError.value).toBe('gone');
    expect(failing).toHaveBeenCalledTimes(1);
  });
});

it('rows are sorted by number or word, what is NULL last, equals as they came', () => {
  const list = [['10'], ['9'], [null], ['10'], ['-1.5']];
  expect(orderBy(list, 0, false, true)).toEqual([4, 1, 0, 3, 2]);
  expect(orderBy(list, 0, true, true)).toEqual([0, 3, 1, 4, 2]);
  expect(orderBy([['b'], ['É'], ['a']], 0, false, false)).toEqual([2, 0, 1]);
});

it('keys walk within the grid and its head, and not beyond', () => {
  const size = { rows: 30, columns: 3, pageRows: 10 };
  const from = (row: number, column: number, key: string, ctrl = false) => {
    const to = step({ row, column }, key, ctrl, size);
    return to && [to.row, to.column];
  };
  expect(from(0, 0, 'ArrowUp')).toEqual([headRow, 0]);
  expect(from(headRow, 2, 'ArrowUp')).toEqual([headRow, 2]);
  expect(from(29, 2, 'ArrowDown')).toEqual([29, 2]);
  expect(from(29, 2, 'ArrowRight')).toEqual([29, 2]);
  expect(from(4, 1, 'PageDown')).toEqual([14, 1]);
  expect(from(4, 1, 'PageUp')).toEqual([0, 1]);
  expect(from(4, 1, 'Home')).toEqual([4, 0]);
  expect(from(4, 1, 'End', true)).toEqual([29, 2]);
  expect(from(4, 1, 'a')).toBeNull();
});
