// Where a unicorn has been, as far as that is known: projected points in a bounded buffer, oldest
// first. Straight stretches keep their ends only; where nothing is known between two points, the
// later one begins anew, and no line leads to it.

export const trailPointsMax = 3_600;
/** Of a fleet of so many, all trails are shown. */
export const allTrailsMax = 50;
/** A middle point nearer than this to the straight line is not kept, projected metres. */
const straightWithinMetres = 1.5;
/** Nearer than this, projected metres, two points are the same report. */
const sameWithinMetres = 0.2;
/** So much earlier a report may have come than the page says: it reads once a second. */
const readLateMillis = 5_000;
/** Who was silent for longer may have been anywhere. */
export const trailGapMillis = 30_000;
/** A longer way between two reports is not a ride, projected metres. */
export const trailJumpMetres = 5_000;

/** A report of the past, projected; `millis` is when the stream took it, epoch. */
export interface PastPoint {
  x: number;
  y: number;
  millis: number;
}

export class Trail {
  /** When the oldest point was reported, epoch milliseconds; NaN when that is not known. */
  firstMillis = NaN;
  private xs = new Float64Array(8);
  private ys = new Float64Array(8);
  /** 1: no line leads to this point. */
  private begins = new Uint8Array(8);
  private size = 0;

  constructor(private pointsMax = trailPointsMax) {}

  get length(): number {
    return this.size;
  }

  x(i: number): number {
    return this.xs[i]!;
  }

  y(i: number): number {
    return this.ys[i]!;
  }

  /** Whether nothing is known of the way to this point. */
  isBeginning(i: number): boolean {
    return i === 0 || this.begins[i] === 1;
  }

  /** From now on it may have so many points as any. */
  allowAll(): void {
    this.pointsMax = trailPointsMax;
  }

  push(x: number, y: number, millis = NaN, isBeginning = false): void {
    if (this.size === 0) this.firstMillis = millis;
    else if (this.isSame(this.size - 1, x, y)) return;
    const isFar =
      this.size > 0 &&
      Math.hypot(x - this.xs[this.size - 1]!, y - this.ys[this.size - 1]!) > trailJumpMetres;
    const begins = isBeginning || isFar;
    if (!begins && this.lastIsStraight(x, y)) this.size--;
    this.append(x, y, begins);
  }

  /** Puts before the oldest point what was reported before it; in the order of time. */
  prepend(past: readonly PastPoint[]): void {
    const before = this.before(past);
    if (before.length === 0) return;
    const whole = new Trail(this.pointsMax);
    let lastMillis = NaN;
    for (const { x, y, millis } of before) {
      whole.push(x, y, millis, millis - lastMillis > trailGapMillis);
      lastMillis = millis;
    }
    for (let i = 0; i < this.size; i++) {
      const isGap = i === 0 && this.firstMillis - lastMillis > trailGapMillis;
      whole.push(this.xs[i]!, this.ys[i]!, NaN, isGap || this.begins[i] === 1);
    }
    [this.xs, this.ys, this.begins, this.size] = [whole.xs, whole.ys, whole.begins, whole.size];
    this.firstMillis = whole.firstMillis;
  }

  /** Without those that the trail has already: the page knows their time less well. */
  private before(past: readonly PastPoint[]): readonly PastPoint[] {
    if (this.size === 0) return past;
    // Oldest points were dropped: it is full, and what was before them is not wanted.
    if (Number.isNaN(this.firstMillis)) return [];
    let end = past.length;
    while (end > 0 && past[end - 1]!.millis >= this.firstMillis) end--;
    for (let i = end - 1; i >= 0 && past[i]!.millis > this.firstMillis - readLateMillis; i--) {
      if (this.isSame(0, past[i]!.x, past[i]!.y)) end = i;
    }
    return past.slice(0, end);
  }

  private isSame(i: number, x: number, y: number): boolean {
    return Math.hypot(x - this.xs[i]!, y - this.ys[i]!) < sameWithinMetres;
  }

  private append(x: number, y: number, isBeginning: boolean): void {
    if (this.size >= this.pointsMax) this.dropOldest();
    if (this.size === this.xs.length) this.grow();
    this.xs[this.size] = x;
    this.ys[this.size] = y;
    this.begins[this.size] = isBeginning ? 1 : 0;
    this.size++;
  }

  private lastIsStraight(x: number, y: number): boolean {
    if (this.size < 2 || this.begins[this.size - 1] === 1) return false;
    const [ax, ay] = [this.xs[this.size - 2]!, this.ys[this.size - 2]!];
    const [bx, by] = [this.xs[this.size - 1]!, this.ys[this.size - 1]!];
    const [dx, dy] = [x - ax, y - ay];
    const length = Math.hypot(dx, dy);
    if (length === 0) return false;
    const along = ((bx - ax) * dx + (by - ay) * dy) / length;
    const aside = Math.abs((bx - ax) * dy - (by - ay) * dx) / length;
    return aside < straightWithinMetres && along >= 0 && along <= length;
  }

  private dropOldest(): void {
    const dropped = Math.max(1, this.pointsMax >> 4);
    for (const array of [this.xs, this.ys, this.begins]) array.copyWithin(0, dropped, this.size);
    this.size -= dropped;
    this.firstMillis = NaN;
  }

  private grow(): void {
    const length = Math.min(this.pointsMax, this.xs.length * 2);
    const [xs, ys] = [new Float64Array(length), new Float64Array(length)];
    const begins = new Uint8Array(length);
    xs.set(this.xs);
    ys.set(this.ys);
    begins.set(this.begins);
    [this.xs, this.ys, this.begins] = [xs, ys, begins];
  }
}
