// The part of the map that is shown.
/** What of the projected world is on the screen. */
export interface Viewport {
  widthPixels: number;
  heightPixels: number;
  centreX: number;
  centreY: number;
  /** Projected metres per CSS pixel. */
  resolution: number;
}
