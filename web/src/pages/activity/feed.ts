// The feed: requests from the server, lines of functions, alerts; newest first, bounded.
import { computed, signal } from '@preact/signals';
import { alerts, feed } from '../../app/state';
import { aws, lambda, wordsOf } from '../../api/aws';
import { getActivity, type ActivityEntry } from '../../api/console_feeds';
import { valueWords } from '../../alerts/alert_words';
import { commandOf, isRoutine, principalWords } from './commands';

export type Source = 'requests' | 'functions' | 'alerts';

export interface FeedRow {
  id: string;
  source: Source;
  millis: number;
  who: string;
  what: string;
  outcome: string;
  bad: boolean;
  routine: boolean;
  /** Made by this console itself. */
  ours: boolean;
  entry?: ActivityEntry;
  text?: string;
}

const requestMillis = 1_500;
const logMillis = 4_000;
const logLinesMax = 300;
const entriesMax = 1_000;

const requests = signal<ActivityEntry[]>([]);
const logRows = signal<FeedRow[]>([]);
export const error = signal('');
export const paused = signal(false);
let version = 0;

function requestRow(entry: ActivityEntry): FeedRow {
  const times = entry.count > 1 ? ` ×${entry.count.toLocaleString('en')}` : '';
  return {
    id: `request-${entry.id}`,
    source: 'requests',
    millis: Date.parse(entry.time),
    who: principalWords(entry.principal),
    what: `${entry.service}.${entry.operation || entry.path}${times}`,
    outcome: entry.code === '' ? String(entry.status) : `${entry.status} ${entry.code}`,
    bad: entry.status >= 400,
    routine: isRoutine(entry),
    ours: entry.agent === 'wildrydes-console',
    entry,
  };
}

const alertRows = computed<FeedRow[]>(() =>
  alerts.groups.value.flatMap((group) =>
    group.alerts.map((alert): FeedRow => ({
      id: `alert-${group.rule}-${alert.subject}`,
      source: 'alerts',
      millis: alert.changedMillis,
      who: alert.subject,
      what: `${group.title}: ${valueWords(group, alert.value)}`,
      outcome: alert.state,
      bad: alert.state === 'open',
      routine: false,
      ours: false,
      text: JSON.stringify({ rule: group.rule, ...alert }, null, 2),
    })),
  ),
);

export const rows = computed<FeedRow[]>(() =>
  [...requests.value.map(requestRow), ...logRows.value, ...alertRows.value].sort(
    (a, b) => b.millis - a.millis,
  ),
);

async function readRequests(): Promise<void> {
  const answer = await getActivity(version);
  // A restarted server counts anew.
  if (answer.version < version) requests.value = [];
  version = answer.version;
  if (answer.entries.length === 0) return;
  const merged = new Map(requests.value.map((entry) => [entry.id, entry]));
  for (const entry of answer.entries) merged.set(entry.id, entry);
  requests.value = [...merged.values()].sort((a, b) => a.id - b.id).slice(-entriesMax);
}

/** A line without what Node.js puts before it: the time and the request's id. */
export function lineOf(message: string): string {
  return message
    .trimEnd()
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[\w-]+\t/, '')
    .replaceAll('\t', ' ');
}

interface LogAnswer {
  events: { eventId: string; timestamp: number; message: string }[];
}

async function readLogs(): Promise<void> {
  const { Functions } = await lambda<{ Functions: { FunctionName: string }[] }>(
    'GET',
    '/2015-03-31/functions/',
  );
  const lists = await Promise.all(
    Functions.map(async ({ FunctionName }) => {
      const found = await aws<LogAnswer>('logs', 'FilterLogEvents', {
        logGroupName: `/aws/lambda/${FunctionName}`,
        startTime: feed.serverNow() - 120_000,
      }).catch((): LogAnswer => ({ events: [] }));
      return found.events.map((event): FeedRow => {
        const bad = /\tERROR\t|Task timed out|"errorType"/.test(event.message);
        return {
          id: `log-${FunctionName}-${event.eventId}`,
          source: 'functions',
          millis: event.timestamp,
          who: FunctionName,
          what: lineOf(event.message),
          outcome: bad ? 'error' : '',
          bad,
          routine: /^(START|END|REPORT) /.test(event.message),
          ours: false,
          text: event.message,
        };
      });
    }),
  );
  logRows.value = lists
    .flat()
    .sort((a, b) => b.millis - a.millis)
    .slice(0, logLinesMax);
}

function every(millis: number, work: () => Promise<void>): () => void {
  let timer = 0;
  let ended = false;
  const again = async () => {
    try {
      if (!paused.value) await work();
      error.value = '';
    } catch (problem) {
      error.value = wordsOf(problem);
    }
    if (!ended) timer = window.setTimeout(() => void again(), millis);
  };
  void again();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Reads until the returned function is called. */
export function followActivity(): () => void {
  const ends = [every(requestMillis, readRequests), every(logMillis, readLogs)];
  return () => ends.forEach((end) => end());
}

export interface Wanted {
  text: string;
  sources: Set<Source>;
  onlyBad: boolean;
  withRoutine: boolean;
  withOurs: boolean;
}

export function matches(row: FeedRow, wanted: Wanted): boolean {
  if (!wanted.sources.has(row.source)) return false;
  if (wanted.onlyBad && !row.bad) return false;
  if (!wanted.withRoutine && row.routine) return false;
  if (!wanted.withOurs && row.ours && !row.bad) return false;
  if (wanted.text === '') return true;
  return `${row.who} ${row.what} ${row.outcome}`.toLowerCase().includes(wanted.text.toLowerCase());
}

/** Rows as JSON lines, to be saved. */
export function jsonLinesOf(list: FeedRow[]): string {
  return list
    .map(({ millis, source, who, what, outcome, entry, text }) =>
      JSON.stringify({
        time: new Date(millis).toISOString(),
        source,
        who,
        what,
        outcome,
        ...(entry ? { request: entry, command: commandOf(entry) } : { text }),
      }),
    )
    .join('\n');
}
