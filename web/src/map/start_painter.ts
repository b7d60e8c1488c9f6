// The start point with the workshop's blue circle of 50 metres, and rings that tell the distance
// from it.
import type { Viewport } from './viewport';
import type { Palette } from './palette';

const circleMetres = 50;
const ringKilometres = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const ringPixelsMin = 90;
const ringFont = '10.5px system-ui, sans-serif';

export function drawStart(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  pixelsPerMetre: number,
  palette: Palette,
): void {
  const radius = Math.max(4, circleMetres * pixelsPerMetre);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = palette.startFill;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = palette.start;
  context.stroke();
  context.beginPath();
  context.arc(x, y, 1.5, 0, 2 * Math.PI);
  context.fillStyle = palette.start;
  context.fill();
}

export function drawRings(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  pixelsPerMetre: number,
  view: Viewport,
  palette: Palette,
): void {
  const far = Math.hypot(view.widthPixels, view.heightPixels);
  context.lineWidth = 1;
  // To set a font is to have it parsed, also when it is the same.
  if (context.font !== ringFont) context.font = ringFont;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  let last = 0;
  for (const kilometres of ringKilometres) {
    const radius = kilometres * 1000 * pixelsPerMetre;
    if (radius - last < ringPixelsMin || radius > far * 1.5) continue;
    last = radius;
    context.setLineDash([3, 5]);
    context.strokeStyle = palette.ring;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = palette.ringLabel;
    const text = kilometres < 1 ? `${kilometres * 1000} m` : `${kilometres} km`;
    context.fillText(text, x + radius * Math.SQRT1_2 + 4, y + radius * Math.SQRT1_2 + 2);
  }
}
