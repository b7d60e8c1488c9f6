// One run of a query: start it, ask for its state until it ends.
import { getQuery, startQuery, type QueryState } from '../../api/console_api';

const ended = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
const firstPollMillis = 150;
const pollMillisMax = 1_000;

export interface QueryApi {
  start(sql: string): Promise<string>;
  get(id: string): Promise<QueryState>;
}

const consoleApi: QueryApi = { start: startQuery, get: getQuery };

/** Resolves with the end state; `started` hears the query's id. */
export async function runQuery(
  sql: string,
  started: (id: string) => void,
  api: QueryApi = consoleApi,
): Promise<QueryState> {
  const id = await api.start(sql);
  started(id);
  let waitMillis = firstPollMillis;
  for (;;) {
    const state = await api.get(id);
    if (ended.has(state.state)) return state;
    await new Promise((resolve) => setTimeout(resolve, waitMillis));
    waitMillis = Math.min(pollMillisMax, waitMillis * 1.5);
  }
}

/** RFC 4180, with the names of the columns first. */
export function toCsv(columns: string[], rows: (string | null)[][]): string {
  const cell = (value: unknown) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function toJsonLines(columns: string[], rows: (string | null)[][]): string {
  return (
    rows
      .map((row) =>
        JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))),
      )
      .join('\n') + '\n'
  );
}
