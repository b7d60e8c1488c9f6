// Cuts the offline basemap from the npm packages world-atlas (Natural Earth) and us-atlas (US
// Census): fine around New York, coarser over North America, coarse for the world. Writes
// generated/basemap.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feature, mesh } from 'topojson-client';
import {
  clipLine,
  clipRing,
  deltaCode,
  ringContains,
  simplify,
  withoutBoxEdges,
} from './geometry.mjs';
import { centralPark, streetGrid } from './street_grid.mjs';

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(require.resolve(name), 'utf8'));

const worldBox = [-180, -85, 180, 85];
const continentBox = [-130, 20, -52, 56];
const nearBox = [-80, 36, -66, 46];
const overlap = 0.02;

/**
 * The (up to four) boxes that cover `outer` without `inner`, overlapping a little so that no seam
 * shows.
 */
function frame(outer, inner) {
  const [w, s, e, n] = outer;
  const [iw, is, ie, inn] = inner;
  return [
    [w, s, iw + overlap, n],
    [ie - overlap, s, e, n],
    [iw, s, ie, is + overlap],
    [iw, inn - overlap, ie, n],
  ];
}

function landPolygons(topology) {
  const land = feature(topology, topology.objects.land);
  const features = land.type === 'FeatureCollection' ? land.features : [land];
  return features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  );
}

function cutTier(source, boxes, unit, tolerance) {
  const polygons = [];
  const coast = [];
  for (const polygon of landPolygons(read(source))) {
    for (const box of boxes) {
      const rings = polygon.map((ring) => clipRing(ring, box)).filter((ring) => ring.length > 3);
      if (rings.length === 0) continue;
      polygons.push(rings);
      for (const ring of rings) coast.push(...withoutBoxEdges(ring, [box, worldBox]));
    }
  }
  const code = (line) => deltaCode(simplify(line, tolerance), unit);
  return {
    raw: polygons,
    coded: {
      unit,
      polygons: polygons.map((rings) => rings.map(code)),
      coast: coast.map(code).filter((line) => line.length >= 4),
    },
  };
}

function borderLines(source, object, boxes, unit, tolerance) {
  const topology = read(source);
  const lines = mesh(topology, topology.objects[object], (a, b) => a !== b).coordinates;
  const coded = lines
    .flatMap((line) => boxes.flatMap((box) => clipLine(line, box)))
    .map((line) => deltaCode(simplify(line, tolerance), unit))
    .filter((line) => line.length >= 4);
  return { unit, lines: coded };
}

function islandOfManhattan(polygons) {
  const island = polygons.find(([outer]) => ringContains(outer, [-73.9712, 40.7831]));
  if (!island) throw new Error('the land around New York has no island of Manhattan');
  return island[0];
}

function cut() {
  const near = cutTier('world-atlas/land-10m.json', [nearBox], 1e-4, 1e-4);
  const continent = cutTier('world-atlas/land-50m.json', frame(continentBox, nearBox), 1e-3, 6e-3);
  const world = cutTier('world-atlas/land-110m.json', frame(worldBox, continentBox), 1e-2, 6e-2);
  const streets = streetGrid(islandOfManhattan(near.raw)).map(({ name, kind, lines }) => ({
    name,
    kind,
    lines: lines.map((line) => deltaCode(line, 1e-5)),
  }));
  return {
    land: [world.coded, continent.coded, near.coded],
    borders: {
      country: [
        borderLines(
          'world-atlas/countries-110m.json',
          'countries',
          frame(worldBox, continentBox),
          1e-2,
          1e-2,
        ),
        borderLines('world-atlas/countries-50m.json', 'countries', [continentBox], 1e-3, 5e-3),
      ],
      state: [borderLines('us-atlas/states-10m.json', 'states', [continentBox], 1e-3, 4e-3)],
      county: [borderLines('us-atlas/counties-10m.json', 'counties', [nearBox], 1e-3, 1.5e-3)],
    },
    streets: { unit: 1e-5, list: streets },
    park: { unit: 1e-5, ring: deltaCode(centralPark, 1e-5) },
  };
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'generated');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'basemap.json'), JSON.stringify(cut()));
