// The console's own API under /_/api; its types come from the schema that the server's come from.
import type {
  AcknowledgeRequest,
  AlertsAnswer,
  ConsoleConfig,
  FleetRequest,
  FleetState,
  InvocationTalk,
  QueryState,
  ReadyQuery,
  RulesRequest,
  WebhookRequest,
} from '../../generated/console';

export type {
  Alert,
  AlertGroup,
  AlertRule,
  AlertsAnswer,
  AlertState,
  ConsoleConfig,
  QueryState,
  ReadyQuery,
  SubjectAlert,
  WebhookState,
} from '../../generated/console';

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

/** `subject` is whose alerts are wanted wherever they stand. */
export function getAlerts(alertingVersion: number, subject: string): Promise<AlertsAnswer> {
  const query = new URLSearchParams({ alerting: String(alertingVersion), subject });
  return request(`/alerts?${query.toString()}`);
}

function send(method: string, path: string, body: object): Promise<unknown> {
  return request(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export async function acknowledgeAlerts(which: AcknowledgeRequest): Promise<void> {
  await send('POST', '/alerts/acknowledge', which);
}

export async function putRules(rules: RulesRequest): Promise<void> {
  await send('PUT', '/alerts/rules', rules);
}

export async function putWebhook(webhook: WebhookRequest): Promise<void> {
  await send('PUT', '/alerts/webhook', webhook);
}

export async function tryWebhook(): Promise<void> {
  await send('POST', '/alerts/webhook/trial', {});
}

/** Lets so many unicorns of the server's own ride; returns before they do. */
export async function putFleet(wanted: FleetRequest): Promise<FleetState> {
  return (await send('PUT', '/fleet', wanted)) as FleetState;
}

/** The deployment package of a function: a zip file. */
export async function getFunctionCode(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await requestRaw(`/function-code?name=${encodeURIComponent(name)}`, {});
  return new Uint8Array(await answer.arrayBuffer());
}

/** Null when the server keeps it no more: it has the last fifty of each function since its start. */
export function getInvocation(fn: string, requestId: string): Promise<InvocationTalk | null> {
  return request(`/invocation?${new URLSearchParams({ function: fn, request: requestId })}`);
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
