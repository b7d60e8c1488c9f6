// Our own unicorn, drawn: a head in profile looking right, in a 64 by 64 box; icons/unicorn.svg
// is the same.

const box = 64;
const horn = 'M40 19 54 2 46.5 23Z';
const head =
  'M15 64C14 46 17 31 27 22 32 17.500 39 16 44 19.500 48 23 52 31 57.500 38.500 60 42 58.500 47 ' +
  '54.500 48.500 51 49.800 48 48 45 46.500 42 45 39 45.500 37 46.500 38 53 40.500 59 42 64Z';
const ear = 'M29.500 21.500 30 9.500 38.500 17.500Z';
const mane =
  'M31 13C19 14 9 27 7 43 6 51 6.500 58 7.500 64L18 64C16.500 54 18 46 23.500 38 20.500 38 18.500 38.500 17 ' +
  '40 19 31 25 24 34 20.500 31 20 28.500 20.500 26.500 21.500 28 18 29.500 15.500 31 13Z';

export interface UnicornColours {
  body: string;
  mane: string;
  horn: string;
  eye: string;
  outline: string;
}

let paths: { horn: Path2D; head: Path2D; ear: Path2D; mane: Path2D } | null = null;

/** Draws the head with its box at (0, 0), `size` units wide. */
export function drawUnicorn(
  canvas: CanvasRenderingContext2D,
  size: number,
  colours: UnicornColours,
): void {
  paths ??= {
    horn: new Path2D(horn),
    head: new Path2D(head),
    ear: new Path2D(ear),
    mane: new Path2D(mane),
  };
  canvas.save();
  canvas.scale(size / box, size / box);
  canvas.lineJoin = 'round';
  canvas.lineWidth = 2.5;
  canvas.strokeStyle = colours.outline;
  for (const [path, colour] of [
    [paths.horn, colours.horn],
    [paths.ear, colours.body],
    [paths.head, colours.body],
    [paths.mane, colours.mane],
  ] as const) {
    canvas.fillStyle = colour;
    canvas.stroke(path);
    canvas.fill(path);
  }
  canvas.fillStyle = colours.eye;
  canvas.beginPath();
  canvas.ellipse(42, 30, 2.4, 3, 0, 0, 2 * Math.PI);
  canvas.ellipse(54, 42, 1.3, 1.3, 0, 0, 2 * Math.PI);
  canvas.fill();
  canvas.restore();
}
