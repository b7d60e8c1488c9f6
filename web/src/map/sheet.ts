// A transparent canvas over the map, drawn anew each time; while it is empty it is not there, or the
// browser would lay it over the others all the same.

export class Sheet {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private ratio = 1;
  private isClear = true;

  resize(widthPixels: number, heightPixels: number, ratio: number): void {
    const [width, height] = [Math.round(widthPixels * ratio), Math.round(heightPixels * ratio)];
    this.ratio = ratio;
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.isClear = true;
  }

  /** Cleared, in CSS pixels. */
  begin(): CanvasRenderingContext2D {
    const { canvas, context, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.isClear) context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.isClear = false;
    canvas.hidden = false;
    return context;
  }

  hide(): void {
    this.canvas.hidden = true;
  }
}
