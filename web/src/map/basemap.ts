// The offline basemap: land, borders and the schematic streets, as OpenLayers vector layers.
import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import MultiLineString from 'ol/geom/MultiLineString';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorImageLayer from 'ol/layer/VectorImage';
import VectorSource from 'ol/source/Vector';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import basemapUrl from '../../generated/basemap.json?url';
import { mercatorX, mercatorY } from '../fleet/projection';
import type { Palette } from './palette';
import { places } from './places';

type Coded = number[];
interface Land {
  unit: number;
  polygons: Coded[][];
  coast: Coded[];
}
interface Lines {
  unit: number;
  lines: Coded[];
}
interface BasemapFile {
  land: Land[];
  borders: { country: Lines[]; state: Lines[]; county: Lines[] };
  streets: {
    unit: number;
    list: { name: string; kind: 'avenue' | 'major' | 'minor'; lines: Coded[] }[];
  };
  park: { unit: number; ring: Coded };
}

/** Metres per pixel above which a kind of line is not drawn. */
const resolutionMax = {
  minor: 14,
  major: 40,
  avenue: 40,
  county: 700,
  state: 12_000,
  streetLabel: 8,
};

/** Differences in units of degrees to projected points. */
export function decodeLine(coded: Coded, unit: number): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (let i = 0; i + 1 < coded.length; i += 2) {
    x += coded[i]!;
    y += coded[i + 1]!;
    points.push([mercatorX(x * unit), mercatorY(y * unit)]);
  }
  return points;
}

function feature(
  kind: string,
  geometry: Polygon | MultiLineString | LineString | Point,
  name = '',
): Feature {
  const made = new Feature(geometry);
  made.set('kind', kind, true);
  if (name !== '') made.set('name', name, true);
  return made;
}

function lineFeatures(kind: string, tiers: Lines[]): Feature[] {
  return tiers.flatMap(({ unit, lines }) =>
    lines.map((line) => feature(kind, new LineString(decodeLine(line, unit)))),
  );
}

function shapeFeatures(file: BasemapFile): Feature[] {
  const polygons = file.land.flatMap(({ unit, polygons: list }) =>
    list.map((rings) => feature('land', new Polygon(rings.map((ring) => decodeLine(ring, unit))))),
  );
  const coasts = file.land.flatMap(({ unit, coast }) =>
    coast.map((line) => feature('coast', new LineString(decodeLine(line, unit)))),
  );
  const streets = file.streets.list.map(({ name, kind, lines }) =>
    feature(
      kind,
      new MultiLineString(lines.map((line) => decodeLine(line, file.streets.unit))),
      name,
    ),
  );
  const park = feature('park', new Polygon([decodeLine(file.park.ring, file.park.unit)]));
  return [
    ...polygons,
    park,
    ...streets,
    ...lineFeatures('county', file.borders.county),
    ...lineFeatures('state', file.borders.state),
    ...lineFeatures('country', file.borders.country),
    ...coasts,
  ];
}

function stroke(color: string, width: number, lineDash?: number[]): Stroke {
  return new Stroke(lineDash ? { color, width, lineDash } : { color, width });
}

function shapeStyle(palette: Palette): (item: object, resolution: number) => Style | undefined {
  const land = new Style({ fill: new Fill({ color: palette.land }), zIndex: 0 });
  const park = new Style({ fill: new Fill({ color: palette.park }), zIndex: 1 });
  const coast = new Style({ stroke: stroke(palette.coast, 1), zIndex: 6 });
  const county = new Style({ stroke: stroke(palette.county, 1), zIndex: 3 });
  const state = new Style({ stroke: stroke(palette.border, 1, [5, 4]), zIndex: 4 });
  const country = new Style({ stroke: stroke(palette.border, 1.2), zIndex: 5 });
  const widths: Record<string, number> = { minor: 3, major: 5, avenue: 6 };
  const streetStyles = new Map<string, Style>();
  const street = (kind: string, resolution: number) => {
    // About `width` pixels at zoom 14 (9.5 m/px), as wide as a street close up, a hair far out.
    const width = Math.max(0.7, Math.min(18, (widths[kind]! * 4) / resolution));
    const key = `${kind} ${width.toFixed(1)}`;
    let style = streetStyles.get(key);
    if (!style) {
      const color = kind === 'minor' ? palette.street : palette.majorStreet;
      style = new Style({ stroke: stroke(color, width), zIndex: 2 });
      streetStyles.set(key, style);
    }
    return style;
  };
  const fixed: Record<string, Style> = { land, park, coast, country };
  return (item, resolution) => {
    const kind = (item as Feature).get('kind') as string;
    if (kind === 'county') return resolution <= resolutionMax.county ? county : undefined;
    if (kind === 'state') return resolution <= resolutionMax.state ? state : undefined;
    if (kind in widths) {
      return resolution <= resolutionMax[kind as 'minor'] ? street(kind, resolution) : undefined;
    }
    return fixed[kind];
  };
}

function labelStyle(palette: Palette): (item: object, resolution: number) => Style | undefined {
  const halo = stroke(palette.halo, 3);
  return (item, resolution) => {
    const label = item as Feature;
    const kind = label.get('kind') as string;
    const text = label.get('name') as string;
    if (resolution < (label.get('from') as number) || resolution > (label.get('to') as number))
      return undefined;
    const water = kind === 'water';
    const font = water
      ? 'italic 12px system-ui, sans-serif'
      : kind === 'area'
        ? '600 13px system-ui, sans-serif'
        : '11px system-ui, sans-serif';
    return new Style({
      text: new Text({
        text,
        font,
        stroke: halo,
        overflow: true,
        fill: new Fill({ color: water ? palette.waterLabel : palette.label }),
        ...(kind === 'street' ? { placement: 'line' as const, maxAngle: 0.8, repeat: 600 } : {}),
      }),
    });
  };
}

function labelFeatures(file: BasemapFile): Feature[] {
  const points = places.map(([name, kind, lat, lon, from, to]) => {
    const made = feature(kind, new Point([mercatorX(lon), mercatorY(lat)]), name);
    made.set('from', from, true);
    made.set('to', to, true);
    return made;
  });
  const streets = file.streets.list
    .filter(({ kind }) => kind !== 'minor')
    .flatMap(({ name, lines }) =>
      lines.slice(0, 1).map((line) => {
        const made = feature('street', new LineString(decodeLine(line, file.streets.unit)), name);
        made.set('from', 0, true);
        made.set('to', resolutionMax.streetLabel, true);
        return made;
      }),
    );
  return [...points, ...streets];
}

/** How much larger than the view the picture of the shapes is, in each direction. */
export const imageRatio = 1.8;

export class Basemap {
  private readonly shapes = new VectorSource();
  private readonly labels = new VectorSource();
  /** Drawn once into a picture that is larger than the view: a pan moves the picture. */
  readonly shapeLayer = new VectorImageLayer({ source: this.shapes, imageRatio, renderBuffer: 50 });
  readonly labelLayer = new VectorLayer({ source: this.labels, declutter: true });

  setPalette(palette: Palette): void {
    this.shapeLayer.setBackground(palette.water);
    this.shapeLayer.setStyle(shapeStyle(palette) as never);
    this.labelLayer.setStyle(labelStyle(palette) as never);
  }

  /** Rejects when the file cannot be had; the fleet works without it. */
  async load(): Promise<void> {
    const answer = await fetch(basemapUrl);
    if (!answer.ok) throw new Error(`the basemap answered ${answer.status}`);
    const file = (await answer.json()) as BasemapFile;
    this.shapes.addFeatures(shapeFeatures(file));
    this.labels.addFeatures(labelFeatures(file));
  }
}
