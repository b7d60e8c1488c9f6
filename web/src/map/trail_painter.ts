// The orange line along which a unicorn came to where it is now, as far as the way is known.
import { Status } from '../fleet/status';
import type { FleetStore } from '../fleet/store';
import type { Viewport } from './viewport';
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
  if (trail.length < 2) return;
  const screenX = (x: number) => (x - view.centreX) / view.resolution + view.widthPixels / 2;
  const screenY = (y: number) => view.heightPixels / 2 - (y - view.centreY) / view.resolution;
  context.beginPath();
  const last = trail.length - 1;
  for (let i = 0; i < last; i++) {
    const [x, y] = [screenX(trail.x(i)), screenY(trail.y(i))];
    if (trail.isBeginning(i)) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  // The last point is where the unicorn is going to; it is drawn where it is shown.
  if (!trail.isBeginning(last))
    context.lineTo(screenX(store.shownX(row, nowMillis)), screenY(store.shownY(row, nowMillis)));
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.lineWidth = selected ? 3.5 : 2;
  context.globalAlpha = selected ? 1 : status === Status.Stale ? 0.3 : 0.62;
  context.strokeStyle = palette.trail;
  context.stroke();
  context.globalAlpha = 1;
}
