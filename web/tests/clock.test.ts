// What the page tells of time is the server's: a browser's clock may be wrong, or jump.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** Where the server's time is made of the browser's, or a name only has to be new. */
const allowed = [
  'api/console_api.ts',
  'aws/client.ts',
  'live/feed.ts',
  'pages/access/load_access.ts',
];

it("asks the browser's clock nowhere else", () => {
  const asking = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .filter((name) => readFileSync(join(source, name), 'utf8').includes('Date.now('))
    .map((name) => relative(source, join(source, name)))
    .sort();
  expect(asking).toEqual(allowed);
});
