// The round dot of reach 3, as nearly every unicorn of a large fleet is drawn, written out: a third of
// the time that a loop over its pixels takes.

export const smallDotReach = 3;

function three(pixels: Uint32Array, at: number, edge: number): void {
  pixels[at - 1] = edge;
  pixels[at] = edge;
  pixels[at + 1] = edge;
}

function five(pixels: Uint32Array, at: number, edge: number, fill: number): void {
  pixels[at - 2] = edge;
  pixels[at - 1] = fill;
  pixels[at] = fill;
  pixels[at + 1] = fill;
  pixels[at + 2] = edge;
}

function seven(pixels: Uint32Array, at: number, edge: number, fill: number): void {
  pixels[at - 3] = edge;
  pixels[at - 2] = fill;
  pixels[at - 1] = fill;
  pixels[at] = fill;
  pixels[at + 1] = fill;
  pixels[at + 2] = fill;
  pixels[at + 3] = edge;
}

/** Dots of one kind at `centres[from]` to before `centres[to]`; `stride` pixels to a line. */
export function stampSmallDots(
  pixels: Uint32Array,
  stride: number,
  edge: number,
  fill: number,
  centres: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = centres[i]!;
    three(pixels, at - 3 * stride, edge);
    five(pixels, at - 2 * stride, edge, fill);
    seven(pixels, at - stride, edge, fill);
    seven(pixels, at, edge, fill);
    seven(pixels, at + stride, edge, fill);
    five(pixels, at + 2 * stride, edge, fill);
    three(pixels, at + 3 * stride, edge);
  }
}
