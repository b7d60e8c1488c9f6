// What the columns of an answer are: numbers, moments, a place, a name. Pure.

export type Cell = string | null;

export interface Shape {
  /** Columns in which every value of the first rows is a number. */
  numeric: number[];
  /** Columns of moments. */
  times: number[];
  /** Columns of a place on Earth, or null. */
  place: { lat: number; lon: number } | null;
  /** The column that tells one track from another, or -1. */
  name: number;
}

const sampleRows = 200;
const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const moment = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?/;
const latitudeNames = new Set(['latitude', 'lat']);
const longitudeNames = new Set(['longitude', 'lon', 'lng', 'long']);
const nameNames = ['name', 'unicorn', 'id'];

export function shapeOf(columns: string[], rows: Cell[][]): Shape {
  const sample = rows.slice(0, sampleRows);
  const all = (i: number, form: RegExp) => {
    const known = sample.map((row) => row[i]).filter((value) => value != null);
    return known.length > 0 && known.every((value) => form.test(String(value)));
  };
  const indexes = columns.map((_, i) => i);
  const numeric = indexes.filter((i) => all(i, number));
  const times = indexes.filter((i) => !numeric.includes(i) && all(i, moment));
  const named = (names: Set<string>) =>
    numeric.find((i) => names.has(columns[i]!.toLowerCase())) ?? -1;
  const [lat, lon] = [named(latitudeNames), named(longitudeNames)];
  const lower = columns.map((column) => column.toLowerCase());
  const name = nameNames.map((word) => lower.indexOf(word)).find((i) => i >= 0) ?? -1;
  return { numeric, times, place: lat >= 0 && lon >= 0 ? { lat, lon } : null, name };
}

/** Numeric columns that are worth a line or a bar: not a place. */
export function plottable(shape: Shape): number[] {
  return shape.numeric.filter((i) => i !== shape.place?.lat && i !== shape.place?.lon);
}

export interface Plot {
  kind: 'line' | 'bars';
  /** Of the horizontal axis: epoch milliseconds or numbers for a line, words for bars. */
  labels: string[];
  xs: number[];
  ys: number[];
  xIsTime: boolean;
  /** Rows that did not find room, or held no number. */
  left: number;
}

export const barsMax = 60;
const pointsMax = 2_000;

export function momentOf(text: string): number {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) || iso.length <= 10 ? iso : `${iso}Z`);
}

/** `y` over the first column of moments, or else for each row by its first word. */
export function plotOf(shape: Shape, rows: Cell[][], y: number): Plot {
  const time = shape.times[0];
  const known = rows.filter((row) => row[y] != null);
  const plot: Plot = {
    kind: time === undefined ? 'bars' : 'line',
    labels: [],
    xs: [],
    ys: [],
    xIsTime: time !== undefined,
    left: rows.length - known.length,
  };
  if (time === undefined) {
    const word = known[0]?.findIndex((_, i) => i !== y && !shape.numeric.includes(i)) ?? -1;
    plot.left += Math.max(0, known.length - barsMax);
    known.slice(0, barsMax).forEach((row, i) => {
      plot.labels.push(word < 0 ? String(i + 1) : String(row[word] ?? 'NULL'));
      plot.xs.push(i);
      plot.ys.push(Number(row[y]));
    });
    return plot;
  }
  const points = known
    .map((row) => ({ x: momentOf(String(row[time] ?? '')), y: Number(row[y]) }))
    .filter(({ x }) => Number.isFinite(x))
    .sort((a, b) => a.x - b.x);
  plot.left += Math.max(0, points.length - pointsMax);
  for (const point of points.slice(0, pointsMax)) {
    plot.xs.push(point.x);
    plot.ys.push(point.y);
  }
  return plot;
}

export interface Track {
  name: string;
  points: { lat: number; lon: number }[];
}

/** The places of the rows by name, in the order of time when there is one. */
export function tracksOf(shape: Shape, rows: Cell[][]): Track[] {
  if (!shape.place) return [];
  const { lat, lon } = shape.place;
  const time = shape.times[0];
  const at = (row: Cell[]) => (time === undefined ? 0 : momentOf(String(row[time] ?? '')));
  const ordered = time === undefined ? rows : [...rows].sort((a, b) => at(a) - at(b));
  const tracks = new Map<string, Track>();
  for (const row of ordered) {
    if (row[lat] == null || row[lon] == null) continue;
    const point = { lat: Number(row[lat]), lon: Number(row[lon]) };
    if (!(Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)) continue;
    const name = shape.name < 0 ? '' : String(row[shape.name] ?? '');
    const track = tracks.get(name) ?? { name, points: [] };
    track.points.push(point);
    tracks.set(name, track);
  }
  return [...tracks.values()];
}

/** Where the rows stand when sorted by a column: indexes; what is NULL stands last. */
export function orderBy(
  rows: Cell[][],
  column: number,
  isDescending: boolean,
  isNumeric: boolean,
): number[] {
  const sign = isDescending ? -1 : 1;
  const words = new Intl.Collator('en');
  return rows
    .map((_, i) => i)
    .sort((a, b) => {
      const [left, right] = [rows[a]![column], rows[b]![column]];
      if (left == null || right == null)
        return Number(left == null) - Number(right == null) || a - b;
      const order = isNumeric ? Number(left) - Number(right) : words.compare(left, right);
      return sign * order || a - b;
    });
}
