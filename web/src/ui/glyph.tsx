// The small drawings of the page, one stroke style, in the colour of the text around them.
import type { ComponentChildren } from 'preact';

const shapes = {
  ok: <circle cx="8" cy="8" r="4.500" fill="currentColor" stroke="none" />,
  watch: <path d="M8 2.500 13.500 8 8 13.500 2.500 8Z" fill="currentColor" stroke="none" />,
  low: <path d="M8 2 14.500 13.500H1.500Z" fill="currentColor" stroke="none" />,
  stale: <circle cx="8" cy="8" r="4.500" stroke-dasharray="3 2" />,
  lost: <path d="M4 4l8 8M12 4l-8 8" />,
  bell: <path d="M4 11.500V7.500a4 4 0 0 1 8 0v4l1 1H3ZM6.700 14.300h2.600" />,
  close: <path d="M3.500 3.500l9 9M12.500 3.500l-9 9" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  fit: <path d="M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10" />,
  start: (
    <>
      <circle cx="8" cy="8" r="5" />
      <circle cx="8" cy="8" r="1.500" fill="currentColor" />
    </>
  ),
  trail: <path d="M2 13.500C6 13 4 8.500 8 8s2-4 6-5.500" />,
  follow: (
    <>
      <circle cx="8" cy="8" r="3.500" />
      <path d="M8 1v3M8 12v3M1 8h3M12 8h3" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.500" />
      <path d="M10.500 10.500 14 14" />
    </>
  ),
  copy: <path d="M5.500 5.500h8v8h-8ZM3 10.500H2.500v-8h8V3" />,
  help: <path d="M5.500 6a2.500 2.500 0 1 1 3.600 2.200C8.300 8.600 8 9 8 10M8 12.500v.6" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.500 1.500M11.500 11.500 13 13" />
      <path d="M13 3l-1.500 1.500M4.500 11.500 3 13" />
    </>
  ),
  moon: <path d="M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7Z" />,
  auto: (
    <>
      <circle cx="8" cy="8" r="5.500" />
      <path d="M8 2.500a5.500 5.500 0 0 1 0 11Z" fill="currentColor" />
    </>
  ),
  gear: (
    <>
      <circle cx="8" cy="8" r="2.200" />
      <path d="M8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400" />
      <path d="M11.200 11.200l1.400 1.400M12.600 3.400l-1.400 1.400M4.800 11.200l-1.400 1.400" />
    </>
  ),
  unicorns: <path d="M2 13V9l3-3 2-4 1 3.500 4 1.500 1.500 3-2 1.500-2-1L8 13Z" />,
  stream: (
    <path d="M1.500 5c2-2 4-2 6.500 0s4.500 2 6.500 0M1.500 11c2-2 4-2 6.500 0s4.500 2 6.500 0" />
  ),
  sql: <path d="M5 4 1.500 8 5 12M11 4l3.500 4-3.500 4M9.200 3 6.800 13" />,
  function: <path d="M3.500 13.500 8 5.500M5 2.500c2.500 0 2.500 11 6.500 11h1" />,
  table: <path d="M2 3h12v10H2ZM2 6.500h12M2 10h12M6.500 6.500V13" />,
  delivery: (
    <path d="M1.500 4h8v7.500h-8ZM9.500 6.500h3l2 2.500v2.500h-5M4.500 13.500h.1M11.500 13.500h.1" />
  ),
  bucket: <path d="M2.500 4h11l-1.500 9.500h-8ZM2.500 4c0-2.500 11-2.500 11 0" />,
  eye: (
    <>
      <path d="M1.500 8C4 3.500 12 3.500 14.500 8 12 12.500 4 12.500 1.500 8Z" />
      <circle cx="8" cy="8" r="1.800" />
    </>
  ),
  folder: <path d="M1.500 3.500h4.500l1.500 2h7v7.500h-13Z" />,
  role: <path d="M8 1.500 13.500 4v4c0 3-2.500 5-5.500 6.500C5 13 2.500 11 2.500 8V4Z" />,
  user: (
    <>
      <circle cx="8" cy="5" r="3" />
      <path d="M2.500 14c.5-3.500 3-4.500 5.500-4.500s5 1 5.500 4.500" />
    </>
  ),
  check: <path d="M3 8.500 6.500 12 13 4.500" />,
  sound: (
    <path d="M2.500 6h3l3-3v10l-3-3h-3ZM11 5.500a3.500 3.500 0 0 1 0 5M12.800 3.500a6 6 0 0 1 0 9" />
  ),
  play: <path d="M4.500 3 12.500 8l-8 5Z" fill="currentColor" />,
  pause: <path d="M5.500 3v10M10.500 3v10" stroke-width="2.500" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.500V8l2.500 2" />
    </>
  ),
  run: <path d="M4.500 2.500 13 8l-8.500 5.500Z" fill="currentColor" />,
  download: <path d="M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11" />,
} satisfies Record<string, ComponentChildren>;

export type GlyphName = keyof typeof shapes;

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg
      class={`glyph glyph-${name}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.500"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {shapes[name]}
    </svg>
  );
}

/** The unicorn of the map, as the page's mark. */
export function UnicornMark({ size }: { size: number }) {
  return <img class="mark" src={unicornUrl} width={size} height={size} alt="" />;
}

import unicornUrl from '../icons/unicorn.svg?url';
