// What the server tells beyond AWS: counters of what moves, and the feed of requests.
import type { Pulse, TapAnswer } from '../../generated/console';
import { SessionNeeded } from './console_api';

export type { Pulse, TapAnswer } from '../../generated/console';

export interface ActivityEntry {
  id: number;
  /** How many equal successes stand in this entry. */
  count: number;
  first: string;
  time: string;
  requestId: string;
  principal: string;
  agent: string;
  service: string;
  operation: string;
  method: string;
  path: string;
  status: number;
  code: string;
  millis: number;
  bytesIn: number;
  bytesOut: number;
  request: string;
  response: string;
}

async function get<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`/_/api${path}`, {
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(10_000),
  });
  if (answer.status === 401) throw new SessionNeeded();
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return (await answer.json()) as Answer;
}

export function getPulse(): Promise<Pulse> {
  return get('/pulse');
}

export function getTap(application: string): Promise<TapAnswer> {
  return get(`/tap?application=${encodeURIComponent(application)}`);
}

export function getActivity(after: number): Promise<{ version: number; entries: ActivityEntry[] }> {
  return get(`/activity?after=${after}`);
}
