// A map of tracks at rest: what a query found, over the same basemap as the fleet's.
import OlMap from 'ol/Map';
import View from 'ol/View';
import type { FrameState } from 'ol/Map';
import Layer from 'ol/layer/Layer';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import { mercatorX, mercatorY } from '../fleet/projection';
import { Background, type MapSettings } from './background';
import { placeLabels } from './labels';
import { darkPalette, lightPalette, type Palette } from './palette';

export interface MapTrack {
  name: string;
  points: { lat: number; lon: number }[];
}

const marginPixels = 48;
const zoomMax = 16;
const namedMax = 60;
/** Colours that can be told apart on the light and the dark map. */
const colours = ['#f2811d', '#1f8fff', '#1a9850', '#d9478f', '#9b6cf0', '#c7a008', '#12a5a5'];

interface Line {
  name: string;
  xs: Float64Array;
  ys: Float64Array;
}

export class TrackMap {
  private readonly map: OlMap;
  private readonly view: View;
  private readonly background = new Background();
  private readonly canvas = document.createElement('canvas');
  private lines: Line[] = [];
  private palette: Palette = lightPalette;

  constructor(target: HTMLElement, settings: MapSettings) {
    this.view = new View({ center: [0, 0], zoom: 3, maxZoom: 19, enableRotation: false });
    this.canvas.className = 'track-layer';
    const tracks = new Layer({ render: (state) => this.render(state) });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [],
      layers: [...this.background.layers, tracks],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    });
    this.background.open(this.map, settings);
  }

  setDark(dark: boolean): void {
    this.palette = dark ? darkPalette : lightPalette;
    this.background.setPalette(this.palette);
    this.map.render();
  }

  /** Shows these tracks, all of them in view. */
  show(tracks: MapTrack[]): void {
    this.lines = tracks.map(({ name, points }) => ({
      name,
      xs: Float64Array.from(points, ({ lon }) => mercatorX(lon)),
      ys: Float64Array.from(points, ({ lat }) => mercatorY(lat)),
    }));
    const extent = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { xs, ys } of this.lines) {
      for (let i = 0; i < xs.length; i++) {
        extent[0] = Math.min(extent[0]!, xs[i]!);
        extent[1] = Math.min(extent[1]!, ys[i]!);
        extent[2] = Math.max(extent[2]!, xs[i]!);
        extent[3] = Math.max(extent[3]!, ys[i]!);
      }
    }
    if (Number.isFinite(extent[0])) {
      this.map.updateSize();
      this.view.fit(extent, {
        padding: [marginPixels, marginPixels, marginPixels, marginPixels],
        maxZoom: zoomMax,
      });
    }
    this.map.render();
  }

  zoomBy(steps: number): void {
    this.view.animate({ zoom: (this.view.getZoom() ?? 3) + steps, duration: 200 });
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  private render(state: FrameState): HTMLElement {
    const [width, height] = state.size as [number, number];
    const ratio = Math.min(2, devicePixelRatio);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [centreX, centreY] = state.viewState.center as [number, number];
    const { resolution } = state.viewState;
    const x = (value: number) => (value - centreX) / resolution + width / 2;
    const y = (value: number) => height / 2 - (value - centreY) / resolution;
    this.lines.forEach((line, i) => {
      this.drawLine(context, line, colours[i % colours.length]!, x, y);
    });
    if (this.lines.length <= namedMax) {
      const ends = this.lines
        .filter(({ name, xs }) => name !== '' && xs.length > 0)
        .map(({ name, xs, ys }) => ({
          text: name,
          x: x(xs.at(-1)!),
          y: y(ys.at(-1)!) - 12,
          strong: false,
        }));
      placeLabels(context, ends, this.palette);
    }
    return this.canvas;
  }

  private drawLine(
    context: CanvasRenderingContext2D,
    { xs, ys }: Line,
    colour: string,
    x: (value: number) => number,
    y: (value: number) => number,
  ): void {
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(x(xs[i]!), y(ys[i]!));
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.strokeStyle = colour;
    context.stroke();
    if (xs.length === 0) return;
    context.beginPath();
    context.arc(x(xs.at(-1)!), y(ys.at(-1)!), 5, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = this.palette.iconFill;
    context.stroke();
  }
}
