// The console's own API under /_/api, with its types.

export interface ConsoleConfig {
  region: string;
  accountId: string;
  /** The pool whose guests may read the stream; null when there is none yet. */
  identityPoolId: string | null;
  streamName: string;
  startPoint: { lat: number; lon: number };
  /** The demo's pipeline is being created at this moment. */
  settingUp?: boolean;
}

export interface Alert {
  id: string;
  unicorn: string;
  metric: string;
  value: number;
  /** ISO 8601 or the workshop's `2017-06-05 09:17:08.189`, UTC. */
  time: string;
  /** `open`, `acknowledged` or `resolved`. */
  state: string;
}

export interface ReadyQuery {
  title: string;
  sql: string;
}

export interface QueryState {
  /** Athena's words: QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED. */
  state: string;
  error?: string | null;
  columns?: string[];
  rows?: (string | null)[][];
  scannedBytes?: number;
  millis?: number;
}

/**
 * The console's session is missing or over: the page must be opened by the address with the
 * token.
 */
export class SessionNeeded extends Error {
  constructor() {
    super('the console has no session');
    this.name = 'SessionNeeded';
  }
}

const base = '/_/api';
const timeoutMillis = 10_000;

async function request<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  return (await requestRaw(path, init)).json() as Promise<Answer>;
}

async function requestRaw(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(base + path, {
    ...init,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMillis),
  });
  if (answer.status === 401) throw new SessionNeeded();
  if (!answer.ok) throw new Error(await errorText(answer));
  return answer;
}

async function errorText(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const body = JSON.parse(text) as { message?: string; error?: string };
    return body.message ?? body.error ?? `the server answered ${answer.status}`;
  } catch {
    return text !== '' && text.length < 500 ? text : `the server answered ${answer.status}`;
  }
}

/** The configuration, and how far the server's clock is ahead of the browser's. */
export async function getConfig(): Promise<{ config: ConsoleConfig; clockSkewMillis: number }> {
  const answer = await requestRaw('/config', {});
  const date = Date.parse(answer.headers.get('date') ?? '');
  const skew = Number.isNaN(date) ? 0 : date - Date.now();
  // The Date header counts whole seconds: a small difference is rounding, not skew.
  return {
    config: (await answer.json()) as ConsoleConfig,
    clockSkewMillis: Math.abs(skew) < 5_000 ? 0 : skew,
  };
}

export async function getAlerts(): Promise<Alert[]> {
  const { alerts } = await request<{ alerts: Alert[] }>('/alerts');
  return alerts;
}

export function getReadyQueries(): Promise<ReadyQuery[]> {
  return request('/queries');
}

export async function startQuery(sql: string): Promise<string> {
  const { queryExecutionId } = await request<{ queryExecutionId: string }>('/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql }),
  });
  return queryExecutionId;
}

export function getQuery(id: string): Promise<QueryState> {
  return request(`/query/${encodeURIComponent(id)}`);
}
