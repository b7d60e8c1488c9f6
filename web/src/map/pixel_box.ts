// A rectangle of pixels. Pure.

export interface PixelBox {
  left: number;
  top: number;
  /** The first column and line beyond it. */
  right: number;
  bottom: number;
}

export const emptyBox: PixelBox = { left: 0, top: 0, right: 0, bottom: 0 };

export function isEmptyBox(box: PixelBox): boolean {
  return box.right <= box.left || box.bottom <= box.top;
}

/** The smallest that holds both. */
export function unionBox(a: PixelBox, b: PixelBox): PixelBox {
  if (isEmptyBox(a)) return b;
  if (isEmptyBox(b)) return a;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}
