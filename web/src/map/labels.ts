// Names on the map that do not cover each other: the first in the list have the first choice.
import { iconSize } from './icon_set';
import type { Palette } from './palette';

/** A name and the centre of the badge under which it stands. */
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
const belowBadge = iconSize / 2 + 10;
const badgeReach = iconSize / 2 - 3;
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
  for (const label of labels) {
    const { text, x, strong } = label;
    const y = label.y + belowBadge;
    const short = text.length > lettersMax ? `${text.slice(0, lettersMax - 1)}…` : text;
    context.font = `${strong ? 700 : 500} 11.5px system-ui, sans-serif`;
    const half = context.measureText(short).width / 2 + 2;
    const box = { left: x - half, right: x + half, y };
    const free =
      taken.every((other) => !overlap(box, other)) &&
      labels.every((other) => other === label || !coversBadge(box, other));
    if (!free && !strong) continue;
    taken.push(box);
    context.lineWidth = 3;
    context.strokeStyle = palette.halo;
    context.strokeText(short, x, y);
    context.fillStyle = palette.label;
    context.fillText(short, x, y);
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.right >= b.left && a.left <= b.right && Math.abs(a.y - b.y) <= lineHeight;
}

function coversBadge(box: Box, { x, y }: Label): boolean {
  const beside = box.right < x - badgeReach || box.left > x + badgeReach;
  return !beside && Math.abs(box.y - y) < badgeReach + lineHeight / 2;
}
