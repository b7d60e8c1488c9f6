// The map that the operator configured: raster tiles of another host, or a PMTiles file of the
// server. Fetched only when there is one.
import type ImageTile from 'ol/ImageTile';
import type Tile from 'ol/Tile';
import type VectorTile from 'ol/VectorTile';
import MVT from 'ol/format/MVT';
import type BaseLayer from 'ol/layer/Base';
import TileLayer from 'ol/layer/Tile';
import VectorTileLayer from 'ol/layer/VectorTile';
import VectorTileSource from 'ol/source/VectorTile';
import XYZ from 'ol/source/XYZ';
import { PMTiles, TileType } from 'pmtiles';
import type { Header } from 'pmtiles';
import type { Palette } from './palette';
import { vectorStyle } from './vector_style';

const tileEmpty = 4;
const tileFailed = 3;
const zoomMax = 19;

export interface TileEvents {
  shown(): void;
  failed(): void;
}

export interface TileMap {
  layer: BaseLayer;
  setPalette(palette: Palette): void;
}

export interface MapChoice {
  mapTiles: string | null;
  mapFile: string | null;
}

type Coordinate = [number, number, number];

function placeOf(tile: Tile): Coordinate {
  return tile.getTileCoord() as Coordinate;
}

/** Pictures keep their own colours; the style sheet turns them for the dark page. */
function rasterMap(source: XYZ, events: TileEvents): TileMap {
  source.on('tileloadend', () => events.shown());
  source.on('tileloaderror', () => events.failed());
  return {
    layer: new TileLayer({ className: 'raster-tiles', source }),
    setPalette: () => {},
  };
}

async function loadImage(file: PMTiles, tile: ImageTile): Promise<void> {
  try {
    const found = await file.getZxy(...placeOf(tile));
    if (!found) return tile.setState(tileEmpty);
    const image = tile.getImage() as HTMLImageElement;
    const address = URL.createObjectURL(new Blob([found.data]));
    image.addEventListener('load', () => URL.revokeObjectURL(address), { once: true });
    image.src = address;
  } catch {
    tile.setState(tileFailed);
  }
}

function imageFileMap(file: PMTiles, header: Header, events: TileEvents): TileMap {
  const source = new XYZ({
    minZoom: header.minZoom,
    maxZoom: header.maxZoom,
    tileUrlFunction: (place) => (place as Coordinate).join('/'),
    tileLoadFunction: (tile) => void loadImage(file, tile as ImageTile),
  });
  return rasterMap(source, events);
}

async function loadFeatures(
  file: PMTiles,
  tile: VectorTile<never>,
  extent: number[],
  events: TileEvents,
): Promise<void> {
  try {
    const found = await file.getZxy(...placeOf(tile));
    const format = new MVT();
    tile.setFeatures(
      (found
        ? format.readFeatures(found.data, { extent, featureProjection: 'EPSG:3857' })
        : []) as never[],
    );
    if (found) events.shown();
  } catch {
    tile.setState(tileFailed);
    events.failed();
  }
}

function vectorFileMap(file: PMTiles, header: Header, events: TileEvents): TileMap {
  const source = new VectorTileSource({
    format: new MVT(),
    minZoom: header.minZoom,
    maxZoom: header.maxZoom,
    tileUrlFunction: (place) => (place as Coordinate).join('/'),
    tileLoadFunction: (tile) => {
      const vector = tile as VectorTile<never>;
      vector.setLoader((extent) => void loadFeatures(file, vector, extent, events));
    },
  });
  const layer = new VectorTileLayer({ source, declutter: true, className: 'vector-tiles' });
  return { layer, setPalette: (palette) => layer.setStyle(vectorStyle(palette)) };
}

export async function openTileMap(choice: MapChoice, events: TileEvents): Promise<TileMap> {
  if (choice.mapFile !== null) {
    const file = new PMTiles(choice.mapFile);
    const header = await file.getHeader();
    const open = header.tileType === TileType.Mvt ? vectorFileMap : imageFileMap;
    return open(file, header, events);
  }
  return rasterMap(new XYZ({ url: choice.mapTiles!, maxZoom: zoomMax }), events);
}
