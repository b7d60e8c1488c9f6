// Numbers and times as the page shows them.

export function formatAge(millis: number): string {
  if (!Number.isFinite(millis)) return '–';
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/**
 * A vital sign; a dash when the record did not hold it. Never clamped: points can go below zero.
 */
export function formatPoints(points: number): string {
  return Number.isFinite(points) ? String(Math.round(points * 10) / 10) : '–';
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function formatDistance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 2 : 1)} km`;
}

export function formatClock(epochMillis: number): string {
  return Number.isNaN(epochMillis) ? '–' : new Date(epochMillis).toLocaleTimeString('en-GB');
}

/** Day and time of the page's own zone; the time alone for today. */
export function formatMoment(epochMillis: number): string {
  const moment = new Date(epochMillis);
  const time = moment.toLocaleTimeString('en-GB');
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString('en-CA')} ${time}`;
}
