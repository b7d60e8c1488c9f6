// The map: OpenLayers for view and basemap, our painter for the fleet, and what the pointer does
// on it.
import OlMap from 'ol/Map';
import View from 'ol/View';
import ViewHint from 'ol/ViewHint';
import type { FrameState } from 'ol/Map';
import Layer from 'ol/layer/Layer';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import type { MapView } from '../app/fleet_address';
import { latitude, longitude, mercatorX, mercatorY } from '../fleet/projection';
import { Status } from '../fleet/status';
import type { FleetStore } from '../fleet/store';
import { Background, type MapSettings } from './background';
import { FleetPainter, iconsMax } from './fleet_painter';
import { FrameMeter } from './frame_meter';
import { darkPalette, lightPalette, type Palette } from './palette';
import type { Viewport } from './viewport';

export const startZoom = 12;
const hitReachPixels = 18;
/** What the card covers at the left of the map. */
const cardPixels = 340;
const slowFrameMillis = 10;

export interface MapState {
  selected: string | null;
  hovered: string | null;
  follow: boolean;
  trails: boolean;
  dark: boolean;
}

export interface MapEvents {
  select(name: string | null): void;
  hover(name: string | null, x: number, y: number): void;
  /** The user took the map in hand. */
  dragged(): void;
  /** The map came to rest at another place. */
  moved(view: MapView): void;
}

export class FleetMap {
  readonly frames = new FrameMeter();
  private readonly map: OlMap;
  private readonly view: View;
  private readonly background = new Background();
  private readonly painter: FleetPainter;
  private viewport: Viewport | null = null;
  private palette: Palette = lightPalette;
  private timer = 0;
  private frame = 0;
  /** The view has changed and OpenLayers is going to render: it paints the fleet with it. */
  private isMapDue = false;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private isFollowing = false;
  private dotRatio = Math.min(2, devicePixelRatio);

  constructor(
    target: HTMLElement,
    private store: FleetStore,
    private readonly settings: MapSettings & { startPoint: { lat: number; lon: number } },
    private state: MapState,
    private readonly events: MapEvents,
    view: MapView | null = null,
  ) {
    this.painter = new FleetPainter(settings.startPoint);
    this.view = new View({
      center: view ? [mercatorX(view.lon), mercatorY(view.lat)] : this.startCentre(),
      zoom: view?.zoom ?? startZoom,
      minZoom: 2,
      maxZoom: 19,
      enableRotation: false,
      multiWorld: false,
      smoothResolutionConstraint: true,
    });
    const fleet = new Layer({ render: (frameState) => this.renderLayer(frameState) });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [],
      layers: [...this.background.layers, fleet],
      interactions: defaultInteractions({
        altShiftDragRotate: false,
        pinchRotate: false,
        keyboard: false,
      }),
    });
    this.listen(target);
    this.update(state);
    this.background.open(this.map, settings);
  }

  /** What the page wants shown; repaints. */
  update(state: MapState): void {
    const palette = state.dark ? darkPalette : lightPalette;
    if (palette !== this.palette || this.state === state) this.background.setPalette(palette);
    this.palette = palette;
    this.state = state;
    this.requestPaint();
  }

  /** Shows another fleet in the same view. */
  setStore(store: FleetStore): void {
    this.store = store;
    this.requestPaint();
  }

  /** Paints soon; when something moves, the painter goes on by itself. */
  requestPaint(): void {
    if (this.frame !== 0 || document.hidden) return;
    clearTimeout(this.timer);
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.followSelected();
      if (this.isMapDue) return this.map.renderSync();
      this.paint();
      this.schedule();
    });
  }

  zoomBy(levels: number): void {
    this.view.animate({ zoom: (this.view.getZoom() ?? startZoom) + levels, duration: 180 });
  }

  toStart(): void {
    this.view.animate({ center: this.startCentre(), zoom: startZoom, duration: 300 });
  }

  /** Shows all that is on the map, with the start point. */
  fit(): void {
    const c = this.store.column;
    const [x, y] = this.startCentre();
    const extent = [x!, y!, x!, y!] as [number, number, number, number];
    for (let row = 0; row < this.store.count; row++) {
      if (c.status[row] === Status.Lost || c.hidden[row] === 1) continue;
      extent[0] = Math.min(extent[0], c.toX[row]!);
      extent[1] = Math.min(extent[1], c.toY[row]!);
      extent[2] = Math.max(extent[2], c.toX[row]!);
      extent[3] = Math.max(extent[3], c.toY[row]!);
    }
    const wide = (this.viewport?.widthPixels ?? 0) > 800;
    const left = wide && this.state.selected !== null ? cardPixels : 50;
    this.view.fit(extent, { padding: [50, 60, 60, left], maxZoom: 16, duration: 350 });
  }

  /** Brings a unicorn into the middle. */
  centreOn(name: string): void {
    const row = this.store.rowOf(name);
    if (row < 0) return;
    const now = this.store.now();
    this.view.animate({
      duration: 300,
      center: [this.store.shownX(row, now), this.store.shownY(row, now)],
    });
  }

  /** Where a unicorn is on the page's map, CSS pixels, or null when it is not in view. */
  pixelOf(name: string): [number, number] | null {
    const row = this.store.rowOf(name);
    const view = this.viewport;
    if (row < 0 || !view) return null;
    const now = this.store.now();
    return [
      (this.store.shownX(row, now) - view.centreX) / view.resolution + view.widthPixels / 2,
      view.heightPixels / 2 - (this.store.shownY(row, now) - view.centreY) / view.resolution,
    ];
  }

  get inView(): number {
    return this.painter.inView;
  }

  get zoom(): number {
    return this.view.getZoom() ?? startZoom;
  }

  dispose(): void {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  private startCentre(): [number, number] {
    const { lat, lon } = this.settings.startPoint;
    return [mercatorX(lon), mercatorY(lat)];
  }

  private renderLayer(frameState: FrameState): HTMLElement {
    const { center, resolution } = frameState.viewState;
    const [width, height] = frameState.size;
    this.isMapDue = false;
    // What waits for a paint in this frame gets it here.
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.viewport = {
      widthPixels: width!,
      heightPixels: height!,
      centreX: center[0]!,
      centreY: center[1]!,
      resolution,
    };
    this.paint();
    this.schedule();
    return this.painter.element;
  }

  private paint(): void {
    if (!this.viewport) return;
    const began = performance.now();
    const rowOf = (name: string | null) => (name === null ? -1 : this.store.rowOf(name));
    const { selected, hovered, trails } = this.state;
    this.painter.paint(
      this.store,
      this.viewport,
      { selected: rowOf(selected), hovered: rowOf(hovered), trails },
      this.palette,
      this.store.now(),
      Math.min(2, devicePixelRatio),
      this.dotRatio,
    );
    this.frames.add(performance.now() - began);
    // A machine that cannot fill the fine buffer in time gets the coarse one.
    const isFine = this.dotRatio > 1 && this.painter.inView > iconsMax;
    if (isFine && this.frames.p95() > slowFrameMillis) this.dotRatio = 1;
  }

  /**
   * The next paint: when the fastest in view has moved half a pixel; while nothing moves, each
   * second.
   */
  private schedule(): void {
    clearTimeout(this.timer);
    if (document.hidden || this.store.count === 0) return;
    const calm = this.calm.matches;
    const least = this.painter.inView <= iconsMax && !calm ? 12 : 2;
    const perSecond = calm
      ? 1
      : Math.min(60, Math.max(least, this.painter.fastest * 2 * this.store.rate()));
    this.timer = window.setTimeout(() => this.requestPaint(), 1000 / perSecond - 4);
  }

  private followSelected(): void {
    const { follow, selected } = this.state;
    const row = follow && selected !== null ? this.store.rowOf(selected) : -1;
    // Who is followed moves the map as a hand does.
    if (row >= 0 !== this.isFollowing) {
      this.isFollowing = row >= 0;
      this.view.setHint(ViewHint.INTERACTING, this.isFollowing ? 1 : -1);
    }
    if (row < 0 || this.view.getAnimating()) return;
    const now = this.store.now();
    this.view.setCenter([this.store.shownX(row, now), this.store.shownY(row, now)]);
  }

  private listen(target: HTMLElement): void {
    this.map.on('pointermove', (event) => {
      if (event.dragging) return;
      const [x, y] = event.pixel as [number, number];
      const row = this.painter.nearest(x, y, hitReachPixels);
      target.classList.toggle('over-unicorn', row >= 0);
      this.events.hover(row < 0 ? null : this.store.names[row]!, x, y);
    });
    this.map.on('click', (event) => {
      const [x, y] = event.pixel as [number, number];
      const row = this.painter.nearest(x, y, hitReachPixels);
      this.events.select(row < 0 ? null : this.store.names[row]!);
    });
    this.view.on(['change', 'propertychange'], () => {
      this.isMapDue = true;
    });
    this.map.on('pointerdrag', () => this.events.dragged());
    let isFirst = true;
    this.map.on('moveend', () => {
      const [x, y] = this.view.getCenter() as [number, number];
      // The first is the opening itself.
      if (!isFirst) this.events.moved({ zoom: this.zoom, lat: latitude(y), lon: longitude(x) });
      isFirst = false;
    });
    target.addEventListener('pointerleave', () => this.events.hover(null, 0, 0));
    document.addEventListener('visibilitychange', () => this.requestPaint());
  }
}
