// Which unicorn is under the pointer: a grid of 32-pixel cells over what was drawn last.

const cellPixels = 32;

export class HitIndex {
  private heads = new Int32Array(0);
  private next = new Int32Array(0);
  private xs = new Float32Array(0);
  private ys = new Float32Array(0);
  private rows = new Int32Array(0);
  private across = 0;
  private down = 0;
  private size = 0;

  reset(widthPixels: number, heightPixels: number, capacity: number): void {
    this.across = Math.ceil(widthPixels / cellPixels);
    this.down = Math.ceil(heightPixels / cellPixels);
    const cells = this.across * this.down;
    if (this.heads.length < cells) this.heads = new Int32Array(cells);
    this.heads.fill(-1);
    if (this.next.length < capacity) {
      const length = Math.max(capacity, this.next.length * 2);
      this.next = new Int32Array(length);
      this.xs = new Float32Array(length);
      this.ys = new Float32Array(length);
      this.rows = new Int32Array(length);
    }
    this.size = 0;
  }

  add(row: number, x: number, y: number): void {
    const column = Math.floor(x / cellPixels);
    const line = Math.floor(y / cellPixels);
    if (column < 0 || line < 0 || column >= this.across || line >= this.down) return;
    const cell = line * this.across + column;
    const entry = this.size++;
    this.xs[entry] = x;
    this.ys[entry] = y;
    this.rows[entry] = row;
    this.next[entry] = this.heads[cell]!;
    this.heads[cell] = entry;
  }

  /** The row nearest to a point within `reach` pixels, or -1. */
  nearest(x: number, y: number, reach: number): number {
    let found = -1;
    let best = reach * reach;
    const first = (value: number) => Math.max(0, Math.floor((value - reach) / cellPixels));
    const columnLast = Math.min(this.across - 1, Math.floor((x + reach) / cellPixels));
    const lineLast = Math.min(this.down - 1, Math.floor((y + reach) / cellPixels));
    for (let line = first(y); line <= lineLast; line++) {
      for (let column = first(x); column <= columnLast; column++) {
        let entry = this.heads[line * this.across + column]!;
        for (; entry >= 0; entry = this.next[entry]!) {
          const square = (this.xs[entry]! - x) ** 2 + (this.ys[entry]! - y) ** 2;
          if (square > best) continue;
          best = square;
          found = this.rows[entry]!;
        }
      }
    }
    return found;
  }
}
