// Thousands of unicorns as dots: sprites written into one pixel buffer, one putImageData per
// frame, of no more than what the dots cover.
import { Status } from '../fleet/status';
import { emptyBox, isEmptyBox, type PixelBox, unionBox } from './pixel_box';
import type { Palette } from './palette';
import { makeSprite, stampSprites, type Sprite } from './sprites';

const paintOrder = [Status.Stale, Status.Ok, Status.Watch, Status.Low];
/** The place of each status in that order. */
const layerOf = new Uint8Array(5);
paintOrder.forEach((status, layer) => (layerOf[status] = layer));

/**
 * Dots are written band by band, or every line of a dot would be fetched from far away: a band of
 * 16 lines stays in the processor's cache.
 */
const bandShift = 4;
const outside = 0xffff;

export interface Dots {
  /** CSS pixels. */
  xs: Float32Array;
  ys: Float32Array;
  statuses: Uint8Array;
  count: number;
}

export class PixelPainter {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  private sprites: Sprite[] = [];
  private spriteKey = '';
  /** What is covered by the dots that the buffer holds, and so the canvas. */
  private covered: PixelBox = emptyBox;
  /** Of each dot its group, layer and band; then the centres by group, in the buffer. */
  private groups = new Uint16Array(0);
  private centres = new Int32Array(0);
  private sorted = new Int32Array(0);
  private ends = new Int32Array(0);

  resize(widthPixels: number, heightPixels: number): void {
    if (this.canvas.width === widthPixels && this.canvas.height === heightPixels) return;
    this.canvas.width = widthPixels;
    this.canvas.height = heightPixels;
    this.image = null;
    this.covered = emptyBox;
  }

  clear(): void {
    this.canvas.hidden = true;
  }

  /** Paints dots by status, `ratio` buffer pixels to a CSS pixel. */
  paint(dots: Dots, ratio: number, reach: number, palette: Palette): void {
    const { width, height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.image ??= this.newImage(width, height);
    this.prepareSprites(reach, width, palette);
    const before = this.covered;
    this.erase(before);
    this.covered = this.group(dots, ratio);
    this.stampAll();
    const changed = unionBox(before, this.covered);
    if (!isEmptyBox(changed)) {
      const { left, top, right, bottom } = changed;
      this.context.putImageData(this.image, 0, 0, left, top, right - left, bottom - top);
    }
    this.canvas.hidden = false;
  }

  private newImage(width: number, height: number): ImageData {
    const image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(image.data.buffer);
    return image;
  }

  private prepareSprites(reach: number, width: number, palette: Palette): void {
    const key = `${reach} ${width} ${palette.land}`;
    if (key === this.spriteKey) return;
    this.spriteKey = key;
    this.sprites = paintOrder.map((status) => {
      const larger = status === Status.Low ? reach + 1 : reach;
      return makeSprite(status, larger, width, palette);
    });
  }

  private erase({ left, top, right, bottom }: PixelBox): void {
    const { width } = this.canvas;
    for (let y = top; y < bottom; y++) this.pixels.fill(0, y * width + left, y * width + right);
  }

  private get bands(): number {
    return (this.canvas.height >> bandShift) + 1;
  }

  /** Sorts the dots that are whole inside the buffer; what they cover. */
  private group({ xs, ys, statuses, count }: Dots, ratio: number): PixelBox {
    const { width, height } = this.canvas;
    const { bands, sprites } = this;
    this.makeRoom(count, paintOrder.length * bands);
    const { groups, centres, sorted, ends } = this;
    const box = { left: width, top: height, right: 0, bottom: 0 };
    for (let i = 0; i < count; i++) {
      const layer = layerOf[statuses[i]!]!;
      const reach = sprites[layer]!.reach;
      const x = Math.round(xs[i]! * ratio);
      const y = Math.round(ys[i]! * ratio);
      groups[i] = outside;
      if (x < reach || y < reach || x >= width - reach || y >= height - reach) continue;
      if (x - reach < box.left) box.left = x - reach;
      if (y - reach < box.top) box.top = y - reach;
      if (x + reach >= box.right) box.right = x + reach + 1;
      if (y + reach >= box.bottom) box.bottom = y + reach + 1;
      const group = layer * bands + (y >> bandShift);
      groups[i] = group;
      centres[i] = y * width + x;
      ends[group]!++;
    }
    let start = 0;
    for (let group = 0; group < ends.length; group++) {
      const size = ends[group]!;
      ends[group] = start;
      start += size;
    }
    // Each group's start moves up to its end as the group fills.
    for (let i = 0; i < count; i++) {
      const group = groups[i]!;
      if (group !== outside) sorted[ends[group]!++] = centres[i]!;
    }
    return start === 0 ? emptyBox : box;
  }

  private makeRoom(count: number, groups: number): void {
    if (this.groups.length < count) {
      this.groups = new Uint16Array(count * 2);
      this.centres = new Int32Array(count * 2);
      this.sorted = new Int32Array(count * 2);
    }
    if (this.ends.length === groups) this.ends.fill(0);
    else this.ends = new Int32Array(groups);
  }

  private stampAll(): void {
    let from = 0;
    this.sprites.forEach((sprite, layer) => {
      const to = this.ends[(layer + 1) * this.bands - 1]!;
      stampSprites(this.pixels, this.canvas.width, sprite, this.sorted, from, to);
      from = to;
    });
  }
}
