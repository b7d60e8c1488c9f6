// Draws the fleet over the map: trails, dots or unicorns, names, halos, the start point. One
// paint per frame.
import { listedStatus, safeName } from '../fleet/filter';
import { HitIndex } from '../fleet/hit_index';
import { mercatorScale, mercatorX, mercatorY } from '../fleet/projection';
import { Status } from '../fleet/status';
import type { FleetStore } from '../fleet/store';
import { allTrailsMax } from '../fleet/trail';
import { IconSet } from './icon_set';
import { placeLabels } from './labels';
import { drawHalo, drawPip, drawPulse } from './marks';
import type { Palette } from './palette';
import { PixelPainter } from './pixel_painter';
import { Sheet } from './sheet';
import { drawRings, drawStart } from './start_painter';
import { drawTrail } from './trail_painter';
import type { Viewport } from './viewport';

export const iconsMax = 300;
const alertTrailsMax = 20;
const labelsMax = 60;
const largeDotsMax = 2_500;
const margin = 40;
/** Nearer than this to another badge, a unicorn is drawn as a dot. */
const crowdPixels = 19;

export interface Emphasis {
  selected: number;
  hovered: number;
  trails: boolean;
}

export class FleetPainter {
  readonly element = document.createElement('div');
  inView = 0;
  /** The fastest in view, CSS pixels per second. */
  fastest = 0;
  private readonly hits = new HitIndex();
  private isHitsBuilt = false;
  private size = { widthPixels: 0, heightPixels: 0 };
  private readonly dots = new PixelPainter();
  private readonly under = new Sheet();
  private readonly over = new Sheet();
  private readonly icons = new IconSet();
  private xs = new Float32Array(256);
  private ys = new Float32Array(256);
  private rows = new Int32Array(256);
  private statuses = new Uint8Array(256);
  private badged = new Uint8Array(256);

  constructor(private readonly start: { lat: number; lon: number }) {
    this.element.className = 'fleet-layer';
    this.element.append(this.under.canvas, this.dots.canvas, this.over.canvas);
  }

  /** `dotRatio` is the pixel ratio of the dots' buffer, `sharpRatio` that of all the rest. */
  paint(
    store: FleetStore,
    view: Viewport,
    emphasis: Emphasis,
    palette: Palette,
    nowMillis: number,
    sharpRatio: number,
    dotRatio: number,
  ): void {
    this.resize(view, sharpRatio, dotRatio);
    this.locate(store, view, nowMillis, emphasis.selected);
    this.paintUnder(store, view, emphasis, palette, nowMillis);
    if (this.inView <= iconsMax) this.dots.clear();
    else this.paintDots(palette, dotRatio);
    this.paintOver(store, emphasis, palette, nowMillis, sharpRatio);
  }

  /** The row drawn nearest to a point within `reach` pixels, or -1. */
  nearest(x: number, y: number, reach: number): number {
    if (!this.isHitsBuilt) {
      const { widthPixels, heightPixels } = this.size;
      this.hits.reset(widthPixels, heightPixels, this.inView);
      for (let i = 0; i < this.inView; i++) {
        this.hits.add(this.rows[i]!, this.xs[i]!, this.ys[i]!);
      }
      this.isHitsBuilt = true;
    }
    return this.hits.nearest(x, y, reach);
  }

  private resize(view: Viewport, sharpRatio: number, dotRatio: number): void {
    const { widthPixels, heightPixels } = view;
    this.size = { widthPixels, heightPixels };
    this.under.resize(widthPixels, heightPixels, sharpRatio);
    this.over.resize(widthPixels, heightPixels, sharpRatio);
    this.dots.resize(Math.round(widthPixels * dotRatio), Math.round(heightPixels * dotRatio));
  }

  /** Finds who is in view, and where. */
  private locate(store: FleetStore, view: Viewport, nowMillis: number, selected: number): void {
    if (this.xs.length < store.count) this.growTo(store.column.status.length);
    const { fromX, fromY, toX, toY, status, hidden, speed } = store.column;
    const { widthPixels, heightPixels, centreX, centreY, resolution } = view;
    const [halfX, halfY] = [widthPixels / 2, heightPixels / 2];
    const [right, bottom] = [widthPixels + margin, heightPixels + margin];
    let count = 0;
    let speedMax = 0;
    for (let row = 0; row < store.count; row++) {
      if (status[row] === Status.Lost || (hidden[row] === 1 && row !== selected)) continue;
      const part = store.progress(row, nowMillis);
      const [startX, startY] = [fromX[row]!, fromY[row]!];
      const x = (startX + (toX[row]! - startX) * part - centreX) / resolution + halfX;
      const y = halfY - (startY + (toY[row]! - startY) * part - centreY) / resolution;
      if (x < -margin || y < -margin || x > right || y > bottom) continue;
      this.xs[count] = x;
      this.ys[count] = y;
      this.rows[count] = row;
      this.statuses[count] = listedStatus(store, row);
      if (speed[row]! > speedMax) speedMax = speed[row]!;
      count++;
    }
    this.inView = count;
    this.isHitsBuilt = false;
    this.fastest = (speedMax * mercatorScale(this.start.lat)) / resolution;
  }

  private growTo(length: number): void {
    this.xs = new Float32Array(length);
    this.ys = new Float32Array(length);
    this.rows = new Int32Array(length);
    this.statuses = new Uint8Array(length);
    this.badged = new Uint8Array(length);
  }

  private paintUnder(
    store: FleetStore,
    view: Viewport,
    emphasis: Emphasis,
    palette: Palette,
    nowMillis: number,
  ): void {
    const context = this.under.begin();
    const x = (mercatorX(this.start.lon) - view.centreX) / view.resolution + view.widthPixels / 2;
    const y = view.heightPixels / 2 - (mercatorY(this.start.lat) - view.centreY) / view.resolution;
    const pixelsPerMetre = mercatorScale(this.start.lat) / view.resolution;
    drawRings(context, x, y, pixelsPerMetre, view, palette);
    drawStart(context, x, y, pixelsPerMetre, palette);
    const all = emphasis.trails && store.count <= allTrailsMax;
    let alerting = 0;
    for (let row = 0; row < store.count; row++) {
      const status = listedStatus(store, row);
      const emphasised = row === emphasis.selected;
      const alarmed = status === Status.Low && emphasis.trails && alerting < alertTrailsMax;
      const hidden = store.column.hidden[row] === 1 && !emphasised;
      if (hidden || status === Status.Lost || !(all || emphasised || alarmed)) continue;
      if (alarmed) alerting++;
      drawTrail(context, store, row, view, nowMillis, emphasised, status, palette);
    }
  }

  private paintDots(palette: Palette, ratio: number): void {
    const { xs, ys, statuses, inView: count } = this;
    const reach = Math.round((count <= largeDotsMax ? 4 : 3) * ratio);
    this.dots.paint({ xs, ys, statuses, count }, ratio, reach, palette);
  }

  private paintOver(
    store: FleetStore,
    emphasis: Emphasis,
    palette: Palette,
    nowMillis: number,
    ratio: number,
  ): void {
    const icons = this.inView <= iconsMax;
    const order = this.overOrder(emphasis, icons);
    if (order.length === 0) return this.over.hide();
    const context = this.over.begin();
    const badged = order.filter((i) => this.badged[i] === 1);
    this.icons.prepare(palette, ratio);
    for (const i of order) {
      if (this.badged[i] === 0)
        drawPip(context, this.xs[i]!, this.ys[i]!, this.statuses[i]! as Status, palette);
    }
    for (const i of badged) {
      const [x, y, row] = [this.xs[i]!, this.ys[i]!, this.rows[i]!];
      if (this.isMarked(i, emphasis)) drawHalo(context, x, y, row === emphasis.selected, palette);
      if (icons && this.statuses[i] === Status.Low) drawPulse(context, x, y, nowMillis, palette);
      this.icons.draw(context, x, y, this.statuses[i]! as Status, store.column.heading[row]!);
    }
    const named =
      icons && this.inView <= labelsMax ? badged : badged.filter((i) => this.isMarked(i, emphasis));
    placeLabels(
      context,
      [...named].reverse().map((i) => ({
        text: safeName(store.names[this.rows[i]!]!),
        x: this.xs[i]!,
        y: this.ys[i]!,
        strong: this.isMarked(i, emphasis),
      })),
      palette,
    );
  }

  private isMarked(i: number, emphasis: Emphasis): boolean {
    return this.rows[i] === emphasis.selected || this.rows[i] === emphasis.hovered;
  }

  /**
   * Indices in the order of drawing: the calm first, then those that need attention, the selected
   * last. Marks in `badged` who has room for a badge; the others of a crowd are drawn as dots.
   */
  private overOrder(emphasis: Emphasis, icons: boolean): number[] {
    const order: number[] = [];
    for (let i = 0; i < this.inView; i++) if (icons || this.isMarked(i, emphasis)) order.push(i);
    const weight = (i: number) =>
      this.rows[i] === emphasis.selected
        ? 9
        : this.rows[i] === emphasis.hovered
          ? 8
          : this.statuses[i] === Status.Stale
            ? -1
            : this.statuses[i]!;
    order.sort((a, b) => weight(a) - weight(b) || this.rows[a]! - this.rows[b]!);
    const placed: number[] = [];
    for (let at = order.length - 1; at >= 0; at--) {
      const i = order[at]!;
      const free = this.isMarked(i, emphasis) || placed.every((other) => this.apart(i, other));
      this.badged[i] = free ? 1 : 0;
      if (free) placed.push(i);
    }
    return order;
  }

  private apart(i: number, other: number): boolean {
    return (
      Math.abs(this.xs[i]! - this.xs[other]!) > crowdPixels ||
      Math.abs(this.ys[i]! - this.ys[other]!) > crowdPixels
    );
  }
}
