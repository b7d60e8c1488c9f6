// Invocations from the lines of a function's log: START, lines, END, REPORT. Pure.
export interface LogEvent {
  timestamp: number;
  message: string;
}

export interface Invocation {
  requestId: string;
  millis: number;
  durationMillis: number;
  memoryMib: number;
  failed: boolean;
  lines: string[];
}

const frame = /^(START|END|REPORT) RequestId: ([\w-]+)/;

/** Finished invocations in order of their end. */
export function invocationsOf(events: LogEvent[]): Invocation[] {
  const done: Invocation[] = [];
  let lines: string[] = [];
  for (const { timestamp, message } of events) {
    const found = frame.exec(message);
    if (!found) {
      lines.push(message.trimEnd());
      continue;
    }
    const [, kind, requestId] = found as unknown as [string, string, string];
    if (kind === 'START') lines = [];
    if (kind !== 'REPORT') continue;
    const number = (pattern: RegExp) => Number(pattern.exec(message)?.[1] ?? 0);
    done.push({
      requestId,
      millis: timestamp,
      durationMillis: number(/\tDuration: ([\d.]+) ms/),
      memoryMib: number(/Max Memory Used: (\d+) MB/),
      failed:
        /Status: (error|timeout)/i.test(message) ||
        lines.some((line) => /\tERROR\t|Task timed out|"errorType"|Traceback/.test(line)),
      lines,
    });
    lines = [];
  }
  return done;
}

/** Number and longest duration in each of `bins` equal spans up to `nowMillis`. */
export function binned(
  list: Invocation[],
  nowMillis: number,
  spanMillis: number,
  bins: number,
): { counts: number[]; longest: number[] } {
  const counts = Array.from({ length: bins }, () => 0);
  const longest = Array.from({ length: bins }, () => NaN);
  for (const { millis, durationMillis } of list) {
    const bin = bins - 1 - Math.floor((nowMillis - millis) / spanMillis);
    if (bin < 0 || bin >= bins) continue;
    counts[bin]!++;
    longest[bin] = Math.max(Number.isNaN(longest[bin]!) ? 0 : longest[bin]!, durationMillis);
  }
  return { counts, longest };
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
