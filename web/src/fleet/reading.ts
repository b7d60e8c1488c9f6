// One reading of a unicorn as it stands in a stream record, and its checked form.

export interface Reading {
  name: string;
  /** When the unicorn took the reading, epoch milliseconds; NaN when the record does not say. */
  timeMillis: number;
  lat: number;
  lon: number;
  metresPerSecond: number;
  health: number;
  magic: number;
}

const dataLengthMax = 64 * 1024;
const nameLengthMax = 256;
const latitudeMax = 90;
const longitudeMax = 180;
const utf8 = new TextDecoder();

function decodeText(base64: string): string {
  const binary = atob(base64);
  // Readings are ASCII in practice: the cheap way first.
  if (!/[^\x00-\x7f]/.test(binary)) return binary;
  return utf8.decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
}

/** The reading in a record's base64 data, or null when it is not one. Never throws. */
export function parseReading(base64: string): Reading | null {
  if (base64.length > dataLengthMax) return null;
  try {
    return checked(JSON.parse(decodeText(base64)));
  } catch {
    return null;
  }
}

function checked(value: unknown): Reading | null {
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Record<string, unknown>;
  const name = record['Name'];
  if (typeof name !== 'string' || name === '' || name.length > nameLengthMax) return null;
  const lat = record['Latitude'];
  const lon = record['Longitude'];
  if (!isNumberWithin(lat, latitudeMax) || !isNumberWithin(lon, longitudeMax)) return null;
  return {
    name,
    lat,
    lon,
    timeMillis: parseStatusTime(record['StatusTime']),
    metresPerSecond: numberOr(record['Distance'], 0),
    health: numberOr(record['HealthPoints'], NaN),
    magic: numberOr(record['MagicPoints'], NaN),
  };
}

function isNumberWithin(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= max;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

/** `2017-06-05 09:17:08.189`, which is UTC, or ISO 8601. */
export function parseStatusTime(value: unknown): number {
  if (typeof value !== 'string' || value.length > 40) return NaN;
  const iso = value.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}
