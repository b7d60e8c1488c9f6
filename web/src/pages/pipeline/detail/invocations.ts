// Invocations from the lines of a function's log: START, lines, END, REPORT. Pure.
export interface LogEvent {
  timestamp: number;
  message: string;
  /** One for each process that runs the function: their lines come mixed. */
  logStreamName?: string;
}

export interface Invocation {
  requestId: string;
  /** Of its end. */
  millis: number;
  durationMillis: number;
  memoryMib: number;
  failed: boolean;
  logStream: string;
}

const frame = /^(START|END|REPORT) RequestId: ([\w-]+)/;
const failure = /\tERROR\t|^\[ERROR\]|Task timed out|"errorType"|Traceback/;

/** Finished invocations in order of their end; lines that say nothing about them may be missing. */
export function invocationsOf(events: LogEvent[]): Invocation[] {
  const done: Invocation[] = [];
  const failing = new Set<string>();
  for (const { timestamp, message, logStreamName = '' } of events) {
    const found = frame.exec(message);
    if (!found) {
      if (failure.test(message)) failing.add(logStreamName);
      continue;
    }
    const [, kind, requestId] = found as unknown as [string, string, string];
    if (kind === 'START') failing.delete(logStreamName);
    if (kind !== 'REPORT') continue;
    const number = (pattern: RegExp) => Number(pattern.exec(message)?.[1] ?? 0);
    done.push({
      requestId,
      millis: timestamp,
      durationMillis: number(/\tDuration: ([\d.]+) ms/),
      memoryMib: number(/Max Memory Used: (\d+) MB/),
      failed: /Status: (error|timeout)/i.test(message) || failing.delete(logStreamName),
      logStream: logStreamName,
    });
  }
  return done;
}

/** What one invocation wrote, from the lines of its log stream. */
export function linesOf(events: LogEvent[], requestId: string): string[] {
  const lines: string[] = [];
  let isWithin = false;
  for (const { message } of events) {
    const [, kind, id] = frame.exec(message) ?? [];
    if (kind === 'START') isWithin = id === requestId;
    else if (kind && id === requestId) isWithin = false;
    else if (!kind && isWithin) lines.push(message.trimEnd());
  }
  return lines;
}

/** The newer of two lists of the same function added to the older; each invocation once. */
export function joined(known: Invocation[], found: Invocation[]): Invocation[] {
  const ids = new Set(known.map((it) => it.requestId));
  return [...known, ...found.filter((it) => !ids.has(it.requestId))].sort(
    (a, b) => a.millis - b.millis,
  );
}

export interface Summary {
  medianMillis: number;
  p95Millis: number;
  failed: number;
}

export function summaryOf(list: Invocation[]): Summary {
  const sorted = list.map((it) => it.durationMillis).sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return {
    medianMillis: at(0.5) ?? 0,
    p95Millis: at(0.95) ?? 0,
    failed: list.filter((it) => it.failed).length,
  };
}

export interface Minutes {
  counts: number[];
  failed: number[];
  /** NaN in a minute without an invocation. */
  medians: number[];
  p95s: number[];
}

/** Each of the last whole minutes, oldest first. */
export function byMinute(list: Invocation[], nowMillis: number, minutes: number): Minutes {
  const current = Math.floor(nowMillis / 60_000);
  const bins = Array.from({ length: minutes }, (): Invocation[] => []);
  for (const it of list) bins[minutes - current + Math.floor(it.millis / 60_000)]?.push(it);
  const sums = bins.map(summaryOf);
  const isEmpty = (i: number) => bins[i]!.length === 0;
  return {
    counts: bins.map((bin) => bin.length),
    failed: sums.map((sum) => sum.failed),
    medians: sums.map((sum, i) => (isEmpty(i) ? NaN : sum.medianMillis)),
    p95s: sums.map((sum, i) => (isEmpty(i) ? NaN : sum.p95Millis)),
  };
}
