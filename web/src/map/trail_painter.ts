// The orange line from the start point to where a unicorn is now.
import { Status } from '../fleet/status';
import type { FleetStore } from '../fleet/store';
import type { Viewport } from './fleet_painter';
import type { Palette } from './palette';

export function drawTrail(
  context: CanvasRenderingContext2D,
  store: FleetStore,
  row: number,
  view: Viewport,
  nowMillis: number,
  selected: boolean,
  status: Status,
  palette: Palette,
): void {
  const trail = store.trail(row);
  const screenX = (x: number) => (x - view.centreX) / view.resolution + view.widthPixels / 2;
  const screenY = (y: number) => view.heightPixels / 2 - (y - view.centreY) / view.resolution;
  context.beginPath();
  context.moveTo(screenX(trail.x(0)), screenY(trail.y(0)));
  // The last point is where the unicorn is going to; it is drawn where it is shown.
  for (let i = 1; i < trail.length - 1; i++)
    context.lineTo(screenX(trail.x(i)), screenY(trail.y(i)));
  context.lineTo(screenX(store.shownX(row, nowMillis)), screenY(store.shownY(row, nowMillis)));
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.lineWidth = selected ? 3.5 : 2;
  context.globalAlpha = selected ? 1 : status === Status.Stale ? 0.3 : 0.62;
  context.strokeStyle = palette.trail;
  context.stroke();
  context.globalAlpha = 1;
}
