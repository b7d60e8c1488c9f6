// What the map writes into its pixel buffer.
import { describe, expect, it } from 'vitest';
import { Status } from '../src/fleet/status';
import { lightPalette } from '../src/map/palette';
import { emptyBox, isEmptyBox, unionBox } from '../src/map/pixel_box';
import { makeSprite, stampSprites } from '../src/map/sprites';

describe('stampSprites', () => {
  it('writes the small dot as its pixels say', () => {
    const stride = 20;
    for (const status of [Status.Ok, Status.Stale]) {
      const sprite = makeSprite(status, 3, stride, lightPalette);
      const [quick, slow] = [new Uint32Array(400), new Uint32Array(400)];
      const centres = Int32Array.of(5 * stride + 5, 7 * stride + 6, 12 * stride + 12);
      stampSprites(quick, stride, sprite, centres, 0, 3);
      stampSprites(slow, stride, { ...sprite, isRound: false }, centres, 0, 3);
      expect(quick.some((pixel) => pixel !== 0)).toBe(true);
      expect(quick).toEqual(slow);
    }
  });
});

describe('unionBox', () => {
  it('holds both, and an empty one adds nothing', () => {
    const a = { left: 1, top: 5, right: 4, bottom: 9 };
    const b = { left: 3, top: 2, right: 8, bottom: 6 };
    expect(unionBox(a, b)).toEqual({ left: 1, top: 2, right: 8, bottom: 9 });
    expect(unionBox(a, emptyBox)).toEqual(a);
    expect(unionBox(emptyBox, b)).toEqual(b);
    expect(isEmptyBox(unionBox(emptyBox, emptyBox))).toBe(true);
  });
});
