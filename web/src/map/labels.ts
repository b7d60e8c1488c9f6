// Names on the map that do not cover each other: the first in the list have the first choice.
import type { Palette } from './palette';

export interface Label {
  text: string;
  x: number;
  y: number;
  strong: boolean;
}

interface Box {
  left: number;
  right: number;
  y: number;
}

const lineHeight = 14;
const lettersMax = 24;

export function placeLabels(
  context: CanvasRenderingContext2D,
  labels: Label[],
  palette: Palette,
): void {
  const taken: Box[] = [];
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { text, x, y, strong } of labels) {
    const short = text.length > lettersMax ? `${text.slice(0, lettersMax - 1)}…` : text;
    context.font = `${strong ? 700 : 500} 11.5px system-ui, sans-serif`;
    const half = context.measureText(short).width / 2 + 2;
    const box = { left: x - half, right: x + half, y };
    const free = taken.every(
      (other) =>
        other.right < box.left || other.left > box.right || Math.abs(other.y - y) > lineHeight,
    );
    if (!free && !strong) continue;
    taken.push(box);
    context.lineWidth = 3;
    context.strokeStyle = palette.halo;
    context.strokeText(short, x, y);
    context.fillStyle = palette.label;
    context.fillText(short, x, y);
  }
}
