// How wide the page is when it is narrow, as on a phone held upright.
import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 720px)');

function measured(): number | null {
  return narrow.matches ? document.documentElement.clientWidth : null;
}

/** CSS pixels; null: there is room. */
export const narrowPixels = signal(measured());

addEventListener('resize', () => {
  narrowPixels.value = measured();
});
