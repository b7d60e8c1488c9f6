// Opaque dot sprites for the pixel painter: offsets into a pixel buffer and colours, one per
// status.
import type { Palette } from './palette';
import { Status } from '../fleet/status';
import { smallDotReach, stampSmallDots } from './small_dot';

export interface Sprite {
  /** Pixels from the centre to the farthest edge. */
  reach: number;
  offsets: Int32Array;
  colours: Uint32Array;
  /** The round form; its two colours. */
  isRound: boolean;
  edge: number;
  fill: number;
}

/** `#rrggbb` as a pixel of a little-endian buffer, opaque. */
export function pixelOf(colour: string): number {
  const value = parseInt(colour.slice(1, 7), 16);
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255];
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

type Shape = (x: number, y: number, reach: number) => boolean;
const round: Shape = (x, y, reach) => x * x + y * y <= reach * reach + reach * 0.6;

/** Inside tests by shape: status is told by form as well as by colour. */
const shapes: Record<Status, Shape> = {
  [Status.Ok]: round,
  [Status.Watch]: (x, y, reach) => Math.abs(x) + Math.abs(y) <= reach,
  [Status.Low]: (x, y, reach) => y <= reach - 1 && Math.abs(x) * 2 <= y + reach,
  [Status.Stale]: round,
  [Status.Lost]: () => false,
};

export function makeSprite(
  status: Status,
  reach: number,
  stride: number,
  palette: Palette,
): Sprite {
  const inside = shapes[status];
  const fill = pixelOf(status === Status.Stale ? palette.land : palette.status[status]);
  const edge = pixelOf(status === Status.Stale ? palette.status[status] : palette.iconFill);
  const offsets: number[] = [];
  const colours: number[] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      if (!inside(x, y, reach)) continue;
      const atEdge =
        !inside(x - 1, y, reach) ||
        !inside(x + 1, y, reach) ||
        !inside(x, y - 1, reach) ||
        !inside(x, y + 1, reach);
      offsets.push(y * stride + x);
      colours.push(atEdge ? edge : fill);
    }
  }
  return {
    reach,
    offsets: Int32Array.from(offsets),
    colours: Uint32Array.from(colours),
    isRound: inside === round,
    edge,
    fill,
  };
}

/** Writes sprites at `centres[from]` to before `centres[to]`; `stride` pixels to a line. */
export function stampSprites(
  pixels: Uint32Array,
  stride: number,
  { reach, offsets, colours, isRound, edge, fill }: Sprite,
  centres: Int32Array,
  from: number,
  to: number,
): void {
  if (isRound && reach === smallDotReach)
    return stampSmallDots(pixels, stride, edge, fill, centres, from, to);
  const length = offsets.length;
  for (let at = from; at < to; at++) {
    const centre = centres[at]!;
    for (let i = 0; i < length; i++) pixels[centre + offsets[i]!] = colours[i]!;
  }
}
