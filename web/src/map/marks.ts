// What is drawn around a unicorn: the halo of the selected, the pulse of an alarm, the dot in a
// crowd.
import { Status } from '../fleet/status';
import { iconSize } from './icon_set';
import type { Palette } from './palette';

const pulseMillis = 1_400;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export function drawPip(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  status: Status,
  palette: Palette,
): void {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = palette.status[status];
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = palette.iconFill;
  context.stroke();
}

export function drawHalo(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  selected: boolean,
  palette: Palette,
): void {
  context.beginPath();
  context.arc(x, y, iconSize / 2 + 6, 0, 2 * Math.PI);
  context.fillStyle = `${palette.select}33`;
  context.fill();
  context.lineWidth = selected ? 2.5 : 1.5;
  context.strokeStyle = palette.select;
  context.stroke();
}

export function drawPulse(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  nowMillis: number,
  palette: Palette,
): void {
  const phase = calm.matches ? 0.4 : (nowMillis % pulseMillis) / pulseMillis;
  context.beginPath();
  context.arc(x, y, iconSize / 2 + 2 + phase * 9, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.globalAlpha = 1 - phase;
  context.strokeStyle = palette.status[Status.Low];
  context.stroke();
  context.globalAlpha = 1;
}
