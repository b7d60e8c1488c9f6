// What moves inside of an SQL application: rows as they came, and when its windows close. Pure.
import type { TapAnswer } from '../../../../generated/console';

type Row = TapAnswer['streams'][number]['rows'][number];

export const errorStream = 'error_stream';

export interface TapTable {
  columns: string[];
  /** Columns that hold nothing in any row: the SQL does not use them, so they are not read. */
  unread: string[];
  /** Newest first; a row that could not be read stands in `text`. */
  rows: { rowtimeMillis: number; cells: string[]; text: string }[];
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Rows with one column for each name that any of them has, in the order of appearance. */
export function tapTable(rows: Row[]): TapTable {
  const columns: string[] = [];
  const parsed = rows.map((row) => {
    try {
      const value = JSON.parse(row.json) as Record<string, unknown>;
      for (const name of Object.keys(value)) if (!columns.includes(name)) columns.push(name);
      return { row, value };
    } catch {
      return { row, value: null };
    }
  });
  const isUsed = (name: string) => parsed.some(({ value }) => value?.[name] != null);
  const used = columns.filter(isUsed);
  return {
    columns: used,
    unread: columns.filter((name) => !used.includes(name)),
    rows: parsed.reverse().map(({ row, value }) => ({
      rowtimeMillis: row.rowtimeMillis,
      cells: value ? used.map((name) => cellOf(value[name])) : [],
      text: value ? '' : row.json,
    })),
  };
}

/** The names of an application's streams: what it reads, writes and fails with. */
export function streamNames(inputs: string[], outputs: string[], tap: TapAnswer | null): string[] {
  const seen = (tap?.streams ?? []).map((it) => it.name);
  const inner = seen.filter((name) => !inputs.includes(name) && name !== errorStream);
  return [...new Set([...inputs, ...inner, ...outputs, errorStream])];
}

export interface OpenWindow {
  stream: string;
  groups: number;
  /** Until its rows come; null when rows decide, not the clock. */
  secondsLeft: number | null;
  /** Epoch; null when the code does not say how long a window is. */
  opensMillis: number | null;
}

/** `sinceMillis` is how long ago the answer came, `lengthSeconds` that of a window, or 0. */
export function openWindows(
  tap: TapAnswer,
  sinceMillis: number,
  lengthSeconds: number,
): OpenWindow[] {
  const now = tap.nowMillis + sinceMillis;
  return tap.windows.map(({ stream, groups, closesMillis }) => ({
    stream,
    groups,
    secondsLeft: closesMillis === 0 ? null : Math.max(0, Math.ceil((closesMillis - now) / 1000)),
    opensMillis:
      closesMillis === 0 || lengthSeconds === 0 ? null : closesMillis - lengthSeconds * 1000,
  }));
}

const bareName = (text: string) =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toUpperCase();

/** The pumps of an application's code and the stream that each fills. */
export function pumpsOf(code: string): { name: string; stream: string }[] {
  const bare = code.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  const name = '("(?:[^"]|"")+"|\\w+)';
  const pump = new RegExp(`\\bPUMP\\s+${name}[^;]*?\\bINSERT\\s+INTO\\s+${name}`, 'gi');
  return [...bare.matchAll(pump)].map((found) => ({
    name: bareName(found[1]!),
    stream: bareName(found[2]!),
  }));
}
