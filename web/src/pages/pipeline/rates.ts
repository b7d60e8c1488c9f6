// Rates from counts: the difference of two samples, over seconds or, for slow streams, a minute.
export interface Sample {
  millis: number;
  records: number;
}

const quickMillis = 5_000;
const slowMillis = 60_000;
export const samplesMax = 300;

/** Records per second since the sample nearest to `sinceMillis` ago; null with too few samples. */
export function rateOver(samples: Sample[], sinceMillis: number): number | null {
  const newest = samples.at(-1);
  if (!newest) return null;
  const oldest = samples.find((it) => newest.millis - it.millis <= sinceMillis) ?? newest;
  const millis = newest.millis - oldest.millis;
  if (millis < 500) return null;
  return (Math.max(0, newest.records - oldest.records) * 1000) / millis;
}

export interface Rate {
  perSecond: number;
  text: string;
}

export function rateOf(samples: Sample[]): Rate | null {
  const quick = rateOver(samples, quickMillis);
  if (quick === null) return null;
  if (quick >= 1) return { perSecond: quick, text: `${formatRate(quick)}/s` };
  const slow = rateOver(samples, slowMillis)!;
  if (slow === 0) return { perSecond: 0, text: '0/s' };
  return { perSecond: slow, text: `${formatRate(slow * 60)}/min` };
}

/** What a limit refuses now; 0 as soon as nothing was refused for five seconds. */
export function refusedPerSecond(refusals: Sample[]): number {
  return rateOver(refusals, quickMillis) ?? 0;
}

export function formatRate(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en') : value.toFixed(1).replace('.0', '');
}

/** How long a dash takes to the next one: faster streams move faster, by their order of magnitude. */
export function dashSeconds(perSecond: number): number {
  return Math.max(0.25, 2 - 0.45 * Math.log10(1 + perSecond * 10));
}

/**
 * The length in seconds of the tumbling windows of an application's code, 0 without any: STEP BY
 * INTERVAL, or FLOOR to a unit. Windows end at whole multiples of it.
 */
export function windowSeconds(code: string): number {
  const units: Record<string, number> = { SECOND: 1, MINUTE: 60, HOUR: 3600, DAY: 86_400 };
  const bare = code.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  const step = /STEP\s*\([\s\S]*?BY\s+INTERVAL\s+'(\d+)'\s*(SECOND|MINUTE|HOUR|DAY)/i.exec(bare);
  if (step) return Number(step[1]) * units[step[2]!.toUpperCase()]!;
  const floor = /FLOOR\s*\([\s\S]*?\bTO\s+(SECOND|MINUTE|HOUR|DAY)/i.exec(bare);
  return floor ? units[floor[1]!.toUpperCase()]! : 0;
}

/** Seconds until the window that is open now closes. */
export function secondsLeft(windowLength: number, nowMillis: number): number {
  if (windowLength <= 0) return 0;
  const millis = windowLength * 1000;
  return Math.ceil((millis - (nowMillis % millis)) / 1000);
}
