// The schematic street grid of Manhattan, computed from two street corners on Fifth Avenue; no
// data.
import { ringContains, splitWhere } from './geometry.mjs';

const corner34 = [-73.98497, 40.7487];
const corner110 = [-73.94927, 40.79696];
const metresPerDegreeLat = 111_200;
const metresPerDegreeLon = metresPerDegreeLat * Math.cos((40.77 * Math.PI) / 180);

// Metres east of Fifth Avenue, rounded; the real ones differ by a few metres.
const avenues = [
  ['1 Av', 933, 14, 110],
  ['2 Av', 735, 14, 110],
  ['3 Av', 549, 14, 110],
  ['Lexington Av', 411, 21, 110],
  ['Park Av', 281, 17, 110],
  ['Madison Av', 140, 23, 110],
  ['5 Av', 0, 14, 110],
  ['6 Av', -280, 14, 59],
  ['7 Av', -525, 14, 59],
  ['8 Av', -770, 14, 110],
  ['9 Av', -1015, 14, 110],
  ['10 Av', -1260, 14, 110],
  ['11 Av', -1505, 22, 110],
  ['12 Av', -1720, 22, 59],
];
const broadway = [
  [281, 14],
  [140, 18],
  [0, 23],
  [-280, 34],
  [-400, 39],
  [-525, 45],
  [-770, 59],
  [-1015, 66],
  [-1260, 72],
  [-1380, 79],
  [-1420, 96],
  [-1470, 110],
];
const streetFirst = 14;
const streetLast = 110;
const majorStreets = new Set([14, 23, 34, 42, 57, 59, 72, 79, 86, 96, 110]);

const toMetres = ([lon, lat]) => [lon * metresPerDegreeLon, lat * metresPerDegreeLat];
const [baseX, baseY] = toMetres(corner34);
const [topX, topY] = toMetres(corner110);
const up = [(topX - baseX) / 76, (topY - baseY) / 76];
const blockLength = Math.hypot(...up);
const east = [up[1] / blockLength, -up[0] / blockLength];

/** The corner of a street with a line that runs `offset` metres east of Fifth Avenue. */
export function cornerAt(offset, street) {
  const x = baseX + up[0] * (street - 34) + east[0] * offset;
  const y = baseY + up[1] * (street - 34) + east[1] * offset;
  return [x / metresPerDegreeLon, y / metresPerDegreeLat];
}

const inPark = (offset, street) => offset < -5 && offset > -765 && street > 59 && street < 110;

function onLand(points, land) {
  return splitWhere(points, (from, to) => ringContains(land, from) && ringContains(land, to))
    .map((run) => [run[0], run[run.length - 1]])
    .filter(
      ([from, to]) =>
        Math.hypot((to[0] - from[0]) * metresPerDegreeLon, (to[1] - from[1]) * metresPerDegreeLat) >
        60,
    );
}

function steps(from, to, count) {
  return Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
}

function streetLines(street, land) {
  const lines = [];
  const offsets = steps(-2000, 1300, 165);
  let run = [];
  for (const offset of offsets) {
    if (inPark(offset, street)) {
      lines.push(...onLand(run, land));
      run = [];
    } else {
      run.push(cornerAt(offset, street));
    }
  }
  return [...lines, ...onLand(run, land)];
}

/** All streets as {name, kind, lines}; `land` is the ring of the island. */
export function streetGrid(land) {
  const out = [];
  for (let street = streetFirst; street <= streetLast; street++) {
    const kind = majorStreets.has(street) ? 'major' : 'minor';
    out.push({ name: `${street} St`, kind, lines: streetLines(street, land) });
  }
  for (const [name, offset, first, last] of avenues) {
    const points = steps(first, last, (last - first) * 4).map((s) => cornerAt(offset, s));
    out.push({ name, kind: 'avenue', lines: onLand(points, land) });
  }
  out.push({ name: 'Broadway', kind: 'avenue', lines: [broadway.map(([o, s]) => cornerAt(o, s))] });
  return out;
}

export const centralPark = [
  [-758, 59.2],
  [-12, 59.2],
  [-12, 109.8],
  [-758, 109.8],
  [-758, 59.2],
].map(([offset, street]) => cornerAt(offset, street));
