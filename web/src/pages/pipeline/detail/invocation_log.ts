// The invocations of a function as its log has them, and what one of them was given and answered.
import type { InvocationTalk } from '../../../../generated/console';
import { AwsError, aws } from '../../../api/aws';
import { getInvocation } from '../../../api/console_api';
import { feed } from '../../../app/state';
import { invocationsOf, joined, linesOf, type Invocation, type LogEvent } from './invocations';

export const hourMillis = 3_600_000;
export const shownMax = 50;
const dayMillis = 24 * hourMillis;
/** Lines come a moment after the time they bear. */
const lateMillis = 30_000;
/** From a function's start to its first line. */
const startMillis = 15_000;
const pagesMax = 30;
const keptMax = 50_000;
/** REPORT, and the lines that tell of a failure. */
const telling = '?REPORT ?ERROR ?Traceback ?timed ?errorType';

interface Asked {
  startTime: number;
  endTime?: number;
  filterPattern?: string;
  logStreamNames?: string[];
}

/** Nothing for a function that has not run yet: its log begins with its first invocation. */
export async function logEvents(name: string, asked: Asked): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    try {
      const page: { events: LogEvent[]; nextToken?: string } = await aws(
        'logs',
        'FilterLogEvents',
        {
          logGroupName: `/aws/lambda/${name}`,
          limit: 10_000,
          ...asked,
          ...(nextToken ? { nextToken } : {}),
        },
      );
      events.push(...page.events);
      nextToken = page.nextToken;
    } catch (problem) {
      if (problem instanceof AwsError && problem.code === 'ResourceNotFoundException') return [];
      throw problem;
    }
    if (!nextToken) break;
  }
  return events;
}

class InvocationLog {
  private list: Invocation[] = [];
  private askedMillis = 0;

  constructor(readonly name: string) {}

  /** Those of the last hour; of the last day, when they are few. */
  async read(): Promise<Invocation[]> {
    const now = feed.serverNow();
    const ask = async (startTime: number, endTime?: number) =>
      invocationsOf(
        await logEvents(this.name, {
          startTime,
          filterPattern: telling,
          ...(endTime ? { endTime } : {}),
        }),
      );
    if (this.askedMillis === 0) {
      const found = await ask(now - hourMillis);
      const before = found.length < shownMax ? await ask(now - dayMillis, now - hourMillis) : [];
      this.list = joined(before.slice(-shownMax), found);
    } else {
      this.list = joined(this.list, await ask(this.askedMillis - lateMillis)).slice(-keptMax);
    }
    this.askedMillis = now;
    return this.list;
  }
}

let newest: InvocationLog | null = null;

/** Kept while one looks at the other views of the same function. */
export function invocationLogOf(name: string): InvocationLog {
  if (newest?.name !== name) newest = new InvocationLog(name);
  return newest;
}

export interface Told {
  lines: string[];
  talk: InvocationTalk | null;
}

export async function toldOf(name: string, it: Invocation): Promise<Told> {
  const [events, talk] = await Promise.all([
    logEvents(name, {
      startTime: Math.floor(it.millis - it.durationMillis - startMillis),
      endTime: it.millis,
      logStreamNames: [it.logStream],
    }),
    getInvocation(name, it.requestId),
  ]);
  return { lines: linesOf(events, it.requestId), talk };
}
