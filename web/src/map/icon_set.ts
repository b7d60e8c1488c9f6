// The unicorn badges, drawn once per status, side and pixel ratio, then only copied.
import { Status } from '../fleet/status';
import type { Palette } from './palette';
import { drawUnicorn } from './unicorn_art';

/** Width of a badge, CSS pixels. */
export const iconSize = 32;
const pointer = 5;

interface Badge {
  right: HTMLCanvasElement;
  left: HTMLCanvasElement;
}

export class IconSet {
  private badges = new Map<Status, Badge>();
  private key = '';
  private palette!: Palette;

  prepare(palette: Palette, ratio: number): void {
    const key = `${palette.land} ${ratio}`;
    if (key === this.key) return;
    this.key = key;
    this.palette = palette;
    for (const status of [Status.Ok, Status.Watch, Status.Low, Status.Stale]) {
      this.badges.set(status, {
        right: badge(status, palette, ratio, false),
        left: badge(status, palette, ratio, true),
      });
    }
  }

  /**
   * Centred at (x, y); `heading` in radians clockwise from north turns the pointer and picks the
   * side.
   */
  draw(
    context: CanvasRenderingContext2D,
    x: number,
    y: number,
    status: Status,
    heading: number,
  ): void {
    const { right, left } = this.badges.get(status)!;
    context.save();
    context.translate(x, y);
    context.save();
    context.rotate(heading);
    context.beginPath();
    context.moveTo(0, -iconSize / 2 - pointer);
    context.lineTo(5, -iconSize / 2 + 2);
    context.lineTo(-5, -iconSize / 2 + 2);
    context.closePath();
    context.fillStyle = this.palette.status[status];
    context.fill();
    context.restore();
    context.drawImage(
      Math.sin(heading) < 0 ? left : right,
      -iconSize / 2,
      -iconSize / 2,
      iconSize,
      iconSize,
    );
    context.restore();
  }
}

function badge(
  status: Status,
  palette: Palette,
  ratio: number,
  mirrored: boolean,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil(iconSize * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(canvas.width / iconSize, canvas.width / iconSize);
  const colour = palette.status[status];
  context.beginPath();
  context.arc(iconSize / 2, iconSize / 2, iconSize / 2 - 1.25, 0, 2 * Math.PI);
  context.fillStyle = palette.iconFill;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = colour;
  if (status === Status.Stale) context.setLineDash([4, 3]);
  context.stroke();
  context.setLineDash([]);
  context.clip();
  if (mirrored) {
    context.translate(iconSize, 0);
    context.scale(-1, 1);
  }
  context.translate(5, 6);
  const grey = status === Status.Stale;
  drawUnicorn(context, 22, {
    body: grey ? '#d5d9e0' : '#ffffff',
    mane: grey ? '#9aa3b2' : '#8a5be0',
    horn: grey ? '#b6bcc7' : '#f5b83d',
    eye: '#2b1a4a',
    outline: grey ? '#6d7687' : '#2b1a4a',
  });
  return canvas;
}
