// Where a unicorn has been: projected points in a bounded buffer; straight stretches keep their
// ends only.

const pointsMax = 3_600;
/** A middle point nearer than this to the straight line is not kept, projected metres. */
const straightWithinMetres = 1.5;

export class Trail {
  private xs = new Float64Array(16);
  private ys = new Float64Array(16);
  private size = 0;

  get length(): number {
    return this.size;
  }

  x(i: number): number {
    return this.xs[i]!;
  }

  y(i: number): number {
    return this.ys[i]!;
  }

  push(x: number, y: number): void {
    if (this.size >= 2 && this.lastIsStraight(x, y)) this.size--;
    if (this.size === pointsMax) this.dropOldest();
    if (this.size === this.xs.length) this.grow();
    this.xs[this.size] = x;
    this.ys[this.size] = y;
    this.size++;
  }

  private lastIsStraight(x: number, y: number): boolean {
    const [ax, ay] = [this.xs[this.size - 2]!, this.ys[this.size - 2]!];
    const [bx, by] = [this.xs[this.size - 1]!, this.ys[this.size - 1]!];
    const [dx, dy] = [x - ax, y - ay];
    const length = Math.hypot(dx, dy);
    if (length === 0) return true;
    const along = ((bx - ax) * dx + (by - ay) * dy) / length;
    const aside = Math.abs((bx - ax) * dy - (by - ay) * dx) / length;
    return aside < straightWithinMetres && along >= 0 && along <= length;
  }

  private dropOldest(): void {
    // The first point is the start of the ride and stays.
    const quarter = pointsMax >> 2;
    this.xs.copyWithin(1, 1 + quarter, this.size);
    this.ys.copyWithin(1, 1 + quarter, this.size);
    this.size -= quarter;
  }

  private grow(): void {
    const length = Math.min(pointsMax, this.xs.length * 2);
    const [xs, ys] = [new Float64Array(length), new Float64Array(length)];
    xs.set(this.xs);
    ys.set(this.ys);
    [this.xs, this.ys] = [xs, ys];
  }
}
