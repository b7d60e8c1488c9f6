// What lies under the fleet: the offline basemap, and over it the operator's own map if there is
// one and it can be had.
import { signal } from '@preact/signals';
import type OlMap from 'ol/Map';
import { Basemap } from './basemap';
import { lightPalette, type Palette } from './palette';
import type { TileMap } from './tile_map';

export interface MapSettings {
  mapTiles: string | null;
  mapFile: string | null;
  mapCredit: string;
}

export const offlineOnly: MapSettings = { mapTiles: null, mapFile: null, mapCredit: '' };

const offlineCredit = 'Offline map: Natural Earth, US Census · schematic streets';

/** Whose map is seen. */
export const mapCredit = signal(offlineCredit);

export class Background {
  private readonly basemap = new Basemap();
  private palette: Palette = lightPalette;
  private tiles: TileMap | null = null;

  get layers() {
    return [this.basemap.shapeLayer, this.basemap.labelLayer];
  }

  /** Loads what there is; `map` has the layers of this already. */
  open(map: OlMap, settings: MapSettings): void {
    this.basemap.load().catch(() => console.warn('the basemap could not be loaded'));
    if (!settings.mapTiles && !settings.mapFile) return;
    let isShown = false;
    const events = {
      shown: () => {
        if (isShown) return;
        isShown = true;
        // From here on the tiles say the names.
        this.basemap.labelLayer.setVisible(false);
        mapCredit.value = settings.mapCredit;
      },
      failed: () => {
        if (!isShown) mapCredit.value = `${offlineCredit} · the configured map does not answer`;
      },
    };
    import('./tile_map')
      .then(({ openTileMap }) => openTileMap(settings, events))
      .then((tiles) => {
        this.tiles = tiles;
        tiles.setPalette(this.palette);
        map.getLayers().insertAt(1, tiles.layer);
      })
      .catch(() => events.failed());
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.basemap.setPalette(palette);
    this.tiles?.setPalette(palette);
  }
}
