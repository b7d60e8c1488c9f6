// The unit of speed: the workshop's miles per hour, or kilometres; kept for the next visit.
import { signal } from '@preact/signals';
import { formatKmh, formatMph } from '../fleet/projection';

export type SpeedUnit = 'mph' | 'km/h';

const key = 'wildrydes.speed';

export const speedUnit = signal<SpeedUnit>(localStorage.getItem(key) === 'km/h' ? 'km/h' : 'mph');

export function setSpeedUnit(unit: SpeedUnit): void {
  speedUnit.value = unit;
  if (unit === 'mph') localStorage.removeItem(key);
  else localStorage.setItem(key, unit);
}

/** With one decimal and its unit; components that call it follow the choice. */
export function formatSpeed(metresPerSecond: number): string {
  return speedUnit.value === 'mph' ? formatMph(metresPerSecond) : formatKmh(metresPerSecond);
}
