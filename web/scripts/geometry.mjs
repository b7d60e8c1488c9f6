// Plane geometry for cutting the basemap: clipping, simplifying, delta coding. Points are [lon,
// lat].

/** Clips a closed ring to a box [west, south, east, north]; returns a closed ring or []. */
export function clipRing(ring, box) {
  const [west, south, east, north] = box;
  const edges = [
    [0, west, 1],
    [0, east, -1],
    [1, south, 1],
    [1, north, -1],
  ];
  let points = ring.slice(0, -1);
  for (const [axis, limit, sign] of edges) {
    points = clipAgainst(points, axis, limit, sign);
    if (points.length < 3) return [];
  }
  return [...points, points[0]];
}

function clipAgainst(points, axis, limit, sign) {
  const inside = (p) => (p[axis] - limit) * sign >= 0;
  const out = [];
  for (let i = 0; i < points.length; i++) {
    const from = points[i];
    const to = points[(i + 1) % points.length];
    if (inside(from)) out.push(from);
    if (inside(from) !== inside(to)) out.push(crossing(from, to, axis, limit));
  }
  return out;
}

function crossing(from, to, axis, limit) {
  const part = (limit - from[axis]) / (to[axis] - from[axis]);
  const point = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  point[axis] = limit;
  return point;
}

/** The pieces of a ring that are coast: without the edges that clipping laid along a box. */
export function withoutBoxEdges(ring, boxes) {
  const lines = [];
  let line = [];
  for (let i = 0; i + 1 < ring.length; i++) {
    if (boxes.some((box) => alongBox(ring[i], ring[i + 1], box))) {
      if (line.length > 1) lines.push(line);
      line = [];
      continue;
    }
    if (line.length === 0) line.push(ring[i]);
    line.push(ring[i + 1]);
  }
  if (line.length > 1) lines.push(line);
  return lines;
}

function alongBox(from, to, [west, south, east, north]) {
  return [
    [0, west],
    [0, east],
    [1, south],
    [1, north],
  ].some(([axis, limit]) => from[axis] === limit && to[axis] === limit);
}

/** Clips a line to a box by dropping what lies outside; keeps whole segments that touch it. */
export function clipLine(line, box) {
  const [west, south, east, north] = box;
  const inside = ([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north;
  return splitWhere(line, (from, to) => inside(from) || inside(to));
}

/** The runs of segments for which keep(from, to) holds. */
export function splitWhere(line, keep) {
  const lines = [];
  let run = [];
  for (let i = 0; i + 1 < line.length; i++) {
    if (keep(line[i], line[i + 1])) {
      if (run.length === 0) run.push(line[i]);
      run.push(line[i + 1]);
    } else if (run.length > 0) {
      lines.push(run);
      run = [];
    }
  }
  if (run.length > 0) lines.push(run);
  return lines;
}

/** Douglas-Peucker; tolerance in degrees. */
export function simplify(line, tolerance) {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const spans = [[0, line.length - 1]];
  while (spans.length > 0) {
    const [first, last] = spans.pop();
    let farthest = -1;
    let distanceMax = tolerance;
    for (let i = first + 1; i < last; i++) {
      const distance = distanceToSegment(line[i], line[first], line[last]);
      if (distance > distanceMax) [farthest, distanceMax] = [i, distance];
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  return line.filter((_, i) => keep[i]);
}

function distanceToSegment(p, a, b) {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(p[0] - a[0] - part * dx, p[1] - a[1] - part * dy);
}

export function ringContains(ring, [lon, lat]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/**
 * A line as whole numbers of `unit` degrees: first point, then differences; equal points dropped.
 */
export function deltaCode(line, unit) {
  const out = [];
  let [lastX, lastY] = [0, 0];
  for (const [lon, lat] of line) {
    const [x, y] = [Math.round(lon / unit), Math.round(lat / unit)];
    if (out.length > 0 && x === lastX && y === lastY) continue;
    out.push(x - lastX, y - lastY);
    [lastX, lastY] = [x, y];
  }
  return out;
}
