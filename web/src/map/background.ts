// What lies under the fleet: the offline basemap, and over it the operator's own map if there is
// one and it can be had.
import { signal } from '@preact/signals';
import type OlMap from 'ol/Map';
import ViewHint from 'ol/ViewHint';
import { Basemap, imageRatio } from './basemap';
import { lightPalette, type Palette } from './palette';
import type { TileMap } from './tile_map';

export interface MapSettings {
  mapTiles: string | null;
  mapFile: string | null;
  mapCredit: string;
}

export const offlineOnly: MapSettings = { mapTiles: null, mapFile: null, mapCredit: '' };

export const offlineCredit = 'Offline map: Natural Earth, US Census · schematic streets';

/** Whose map is seen. */
export const mapCredit = signal(offlineCredit);

/**
 * While the map is moved its picture is not drawn anew. Before a long drag, or somebody who is
 * followed, comes to the picture's edge, the movement is suspended for one frame.
 */
function refreshOnTheWay(map: OlMap): void {
  const reach = ((imageRatio - 1) / 2) * 0.8;
  let drawn: { x: number; y: number } | null = null;
  let isSuspended = false;
  map.on('postrender', ({ frameState }) => {
    if (!frameState) return;
    const view = map.getView();
    const [x, y] = frameState.viewState.center as [number, number];
    const { resolution } = frameState.viewState;
    const isMoving = frameState.viewHints[ViewHint.INTERACTING]! > 0;
    if (isSuspended) {
      isSuspended = false;
      view.setHint(ViewHint.INTERACTING, 1);
    }
    if (!isMoving || !drawn) {
      drawn = { x, y };
      return;
    }
    const [width, height] = frameState.size as [number, number];
    const isFar =
      Math.abs(x - drawn.x) > width * resolution * reach ||
      Math.abs(y - drawn.y) > height * resolution * reach;
    if (!isFar) return;
    isSuspended = true;
    view.setHint(ViewHint.INTERACTING, -1);
  });
}

export class Background {
  private readonly basemap = new Basemap();
  private palette: Palette = lightPalette;
  private tiles: TileMap | null = null;

  get layers() {
    return [this.basemap.shapeLayer, this.basemap.labelLayer];
  }

  /** Loads what there is; `map` has the layers of this already. */
  open(map: OlMap, settings: MapSettings): void {
    refreshOnTheWay(map);
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
