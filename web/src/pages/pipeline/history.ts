// Figures over time that no service keeps: the page does, from when it was opened. Pure.
export interface Point {
  millis: number;
  value: number;
}

/** Half an hour of one figure a second. */
export const pointsMax = 1_800;
const namesMax = 2_000;
const minuteMillis = 60_000;
/** Less says nothing about a minute. */
const leastMillis = 10_000;

export class History {
  private readonly lists = new Map<string, Point[]>();

  note(name: string, point: Point): void {
    const list = this.lists.get(name) ?? [];
    list.push(point);
    if (list.length > pointsMax) list.shift();
    this.lists.set(name, list);
    // The account may hold what it likes: what was noted first is forgotten first.
    if (this.lists.size > namesMax) this.lists.delete(this.lists.keys().next().value!);
  }

  pointsOf(name: string): Point[] {
    return this.lists.get(name) ?? [];
  }
}

/** How fast a counter grew, at each point, since `spanMillis` before it; one set back begins again. */
export function perSecondOf(points: Point[], spanMillis: number): Point[] {
  let since = 0;
  return points.map(({ millis, value }, i) => {
    if (i > 0 && value < points[i - 1]!.value) since = i;
    while (millis - points[since]!.millis > spanMillis && since < i - 1) since++;
    const from = points[since]!;
    const seconds = (millis - from.millis) / 1000;
    return { millis, value: seconds > 0 ? (value - from.value) / seconds : NaN };
  });
}

/** The last value in each of `bins` equal parts of the whole time; NaN where none came. */
export function evenly(points: Point[], bins: number): number[] {
  const first = points[0]?.millis ?? 0;
  const span = spanMillisOf(points);
  const values = Array.from({ length: Math.min(bins, points.length) }, () => NaN);
  for (const { millis, value } of points) {
    const at = span === 0 ? 0 : Math.floor(((millis - first) / span) * (values.length - 1));
    values[at] = value;
  }
  return values;
}

export function spanMillisOf(points: Point[]): number {
  return (points.at(-1)?.millis ?? 0) - (points[0]?.millis ?? 0);
}

/** How much more there is than a minute ago, in one minute; null as long as that cannot be told. */
export function growthPerMinute(points: Point[]): number | null {
  const newest = points.at(-1);
  if (!newest) return null;
  const oldest = points.find((it) => newest.millis - it.millis <= minuteMillis)!;
  const millis = newest.millis - oldest.millis;
  return millis < leastMillis ? null : ((newest.value - oldest.value) * minuteMillis) / millis;
}
