// Thousands of unicorns as dots: sprites written into one pixel buffer, one putImageData per
// frame.
import { Status } from '../fleet/status';
import type { Palette } from './palette';
import { makeSprite, type Sprite } from './sprites';

const paintOrder = [Status.Stale, Status.Ok, Status.Watch, Status.Low];

export class PixelPainter {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  private sprites = new Map<Status, Sprite>();
  private spriteKey = '';
  private empty = true;

  resize(widthPixels: number, heightPixels: number): void {
    if (this.canvas.width === widthPixels && this.canvas.height === heightPixels) return;
    this.canvas.width = widthPixels;
    this.canvas.height = heightPixels;
    this.image = null;
    this.empty = true;
  }

  clear(): void {
    if (!this.empty) this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.empty = true;
  }

  /** Paints `count` dots at xs, ys (buffer pixels), by status. */
  paint(
    xs: Float32Array,
    ys: Float32Array,
    statuses: Uint8Array,
    count: number,
    reach: number,
    palette: Palette,
  ): void {
    const { width, height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.image ??= this.newImage(width, height);
    this.prepareSprites(reach, width, palette);
    this.pixels.fill(0);
    for (const status of paintOrder) {
      const sprite = this.sprites.get(status)!;
      for (let i = 0; i < count; i++) {
        if (statuses[i] === status)
          this.stamp(sprite, Math.round(xs[i]!), Math.round(ys[i]!), width, height);
      }
    }
    this.context.putImageData(this.image, 0, 0);
    this.empty = false;
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
    for (const status of paintOrder) {
      const larger = status === Status.Low ? reach + 1 : reach;
      this.sprites.set(status, makeSprite(status, larger, width, palette));
    }
  }

  private stamp(sprite: Sprite, x: number, y: number, width: number, height: number): void {
    const { reach, offsets, colours } = sprite;
    if (x < reach || y < reach || x >= width - reach || y >= height - reach) return;
    const centre = y * width + x;
    const pixels = this.pixels;
    for (let i = 0; i < offsets.length; i++) pixels[centre + offsets[i]!] = colours[i]!;
  }
}
