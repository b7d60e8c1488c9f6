// How vector tiles are drawn: the layers of Protomaps and of OpenMapTiles, in the page's own colours.
import type { FeatureLike } from 'ol/Feature';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { Palette } from './palette';

type Draw = (item: FeatureLike, resolution: number) => Style | undefined;

const greens = /park|forest|wood|grass|garden|nature|cemetery|golf|pitch|scrub|meadow|orchard/;
/** Metres per pixel above which a road of this kind is not drawn, and its width at 10 m/px. */
const roads: [RegExp, number, number][] = [
  [/motorway|highway|trunk/, 2_000, 4],
  [/primary|secondary|tertiary|major_road|medium_road/, 150, 2.5],
  [/minor|residential|service|street|other/, 24, 1.2],
  [/path|track|pedestrian/, 5, 0.8],
];
const buildingResolutionMax = 6;
const roadNameResolutionMax = 6;

function wordOf(item: FeatureLike, ...names: string[]): string {
  for (const name of names) {
    const value: unknown = item.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

function label(
  item: FeatureLike,
  font: string,
  palette: Palette,
  along = false,
): Style | undefined {
  const text = wordOf(item, 'name:en', 'name_en', 'name');
  if (text === '') return undefined;
  return new Style({
    text: new Text({
      text,
      font,
      fill: new Fill({ color: palette.label }),
      stroke: new Stroke({ color: palette.halo, width: 3 }),
      ...(along ? { placement: 'line' as const, repeat: 400 } : { overflow: true }),
    }),
  });
}

/** How far in one has to be to read the names of such places. */
function placeResolutionMax(kind: string): number {
  if (/country/.test(kind)) return 20_000;
  if (/region|state|province/.test(kind)) return 3_000;
  if (/locality|city/.test(kind)) return 600;
  if (/town|macrohood|borough/.test(kind)) return 150;
  return 30;
}

export function vectorStyle(palette: Palette): Draw {
  const filled = (color: string, zIndex: number) =>
    new Style({ fill: new Fill({ color }), zIndex });
  const earth = filled(palette.land, 0);
  const green = filled(palette.park, 1);
  const water = filled(palette.water, 2);
  const river = new Style({ stroke: new Stroke({ color: palette.water, width: 1.5 }), zIndex: 2 });
  const building = filled(palette.street, 3);
  const border = new Style({
    stroke: new Stroke({ color: palette.border, width: 1, lineDash: [5, 4] }),
    zIndex: 6,
  });
  const roadStyles = new Map<string, Style>();
  const road = (kind: string, resolution: number): Style | undefined => {
    const found = roads.find(([form]) => form.test(kind));
    if (!found || resolution > found[1]) return undefined;
    const width = Math.max(0.6, Math.min(14, (found[2] * 10) / resolution));
    const major = found[1] >= 150;
    const key = `${major} ${width.toFixed(1)}`;
    let style = roadStyles.get(key);
    if (!style) {
      const color = major ? palette.majorStreet : palette.street;
      style = new Style({ stroke: new Stroke({ color, width }), zIndex: major ? 5 : 4 });
      roadStyles.set(key, style);
    }
    return style;
  };
  return (item, resolution) => {
    const layer = item.get('layer') as string;
    const kind = wordOf(item, 'kind', 'class', 'subclass');
    const isPoint = item.getGeometry()?.getType().includes('Point') === true;
    const isArea = item.getGeometry()?.getType().includes('Polygon') === true;
    switch (layer) {
      case 'earth':
        return isArea ? earth : undefined;
      case 'landuse':
      case 'landcover':
      case 'park':
        return isArea && greens.test(layer === 'park' ? 'park' : kind) ? green : undefined;
      case 'water':
      case 'waterway':
        return isPoint ? undefined : isArea ? water : river;
      case 'buildings':
      case 'building':
        return resolution <= buildingResolutionMax ? building : undefined;
      case 'roads':
      case 'transportation':
        return isPoint ? undefined : road(`${kind} ${wordOf(item, 'kind_detail')}`, resolution);
      case 'transportation_name':
        return resolution <= roadNameResolutionMax
          ? label(item, '11px system-ui, sans-serif', palette, true)
          : undefined;
      case 'boundaries':
      case 'boundary':
        return border;
      case 'places':
      case 'place': {
        if (resolution > placeResolutionMax(`${kind} ${wordOf(item, 'kind_detail')}`))
          return undefined;
        const large = /country|region|state|city|locality/.test(kind);
        return label(item, `${large ? '600 13px' : '11px'} system-ui, sans-serif`, palette);
      }
      default:
        return undefined;
    }
  };
}
