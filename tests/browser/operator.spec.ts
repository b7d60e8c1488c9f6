// What an operator configures and does all day: a map of one's own, addresses to share, search,
// filters on the map, several windows, TLS. With the real program.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, hook, positions, test as base, unicorns, watch } from './console';
// @ts-expect-error it is plain JavaScript
import { pmtilesOf, pngOf, vectorSquareOf } from './pmtiles.mjs';
import { RealServer } from './server';

const test = base.extend<{ server: RealServer; folder: string }>({
  server: async ({}, use) => {
    const server = new RealServer();
    await use(server);
    await server.remove();
  },
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'wildrydes-map-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

/** The colour in the middle of a layer of the map, once it is there. */
function middleOf(page: Page, layer: string): Promise<number[] | null> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`.${name} canvas, canvas.${name}`);
    if (!canvas || canvas.width === 0) return null;
    const { width, height } = canvas;
    const pixel = canvas.getContext('2d')!.getImageData(width >> 1, height >> 1, 1, 1).data;
    return [...pixel];
  }, layer);
}

/** A server of tiles, all of one colour, that notes who asks. */
class Tiles {
  readonly asked: { url: string; referer: string | undefined }[] = [];
  private server: Server | null = null;

  async listen(): Promise<string> {
    const tile = pngOf(10, 120, 200) as Buffer;
    this.server = createServer((request, response) => {
      this.asked.push({ url: request.url!, referer: request.headers.referer });
      response.setHeader('content-type', 'image/png').end(tile);
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

test('tiles of a configured host are shown, credited, and no other host is asked', async ({
  page,
  server,
}, info) => {
  const tiles = new Tiles();
  try {
    const host = await tiles.listen();
    const url = await server.start(
      ...[
        '--port',
        '0',
        '--map-tiles',
        `${host}/{z}/{x}/{y}.png`,
        '--map-credit',
        '© Tile <b>Co</b>',
      ],
    );
    const { errors, foreign } = await watch(page, url, [host]);
    await expect.poll(() => tiles.asked.length).toBeGreaterThan(4);
    await expect(page.locator('.credit')).toHaveText('© Tile <b>Co</b>');
    expect(tiles.asked[0]!.url).toMatch(/^\/12\/\d+\/\d+\.png$/);
    // The host is told where it is shown, and nothing of the session.
    expect(tiles.asked[0]!.referer).toBe(`${new URL(url).origin}/`);
    const policy = (await page.request.get(`${new URL(url).origin}/_/`)).headers()[
      'content-security-policy'
    ];
    expect(policy).toContain(`img-src 'self' data: blob: ${host};`);
    expect(policy).toContain("default-src 'self'");
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForTimeout(500);
    await page.screenshot({ path: info.outputPath('dark.png') });
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  } finally {
    tiles.close();
  }
});

test('when the configured tiles cannot be had, the offline map stays and the page says so', async ({
  page,
  server,
}) => {
  const url = await server.start(
    '--port',
    '0',
    '--map-tiles',
    'http://127.0.0.1:9/{z}/{x}/{y}.png',
  );
  await watch(page, url, ['http://127.0.0.1:9']);
  await expect(page.locator('.credit')).toContainText('the configured map does not answer');
  await expect(page.locator('.credit')).toContainText('Offline map');
});

test('a PMTiles file of pictures is the map, without any other host', async ({
  page,
  server,
  folder,
}) => {
  const file = join(folder, 'world.pmtiles');
  writeFileSync(file, pmtilesOf('png', pngOf(200, 30, 60)));
  const url = await server.start('--port', '0', '--map-pmtiles', file, '--map-credit', 'Mine');
  const { errors, foreign } = await watch(page, url);
  await expect(page.locator('.credit')).toHaveText('Mine');
  await expect.poll(() => middleOf(page, 'raster-tiles')).toEqual([200, 30, 60, 255]);
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});

test('a PMTiles file of vector tiles is drawn in the colours of the page', async ({
  page,
  server,
  folder,
}) => {
  const file = join(folder, 'parks.pmtiles');
  writeFileSync(file, pmtilesOf('vector', vectorSquareOf('landuse', 'park')));
  const url = await server.start('--port', '0', '--map-pmtiles', file);
  const { errors } = await watch(page, url);
  await expect(page.locator('.credit')).toContainText('OpenStreetMap');
  await expect.poll(() => middleOf(page, 'vector-tiles')).toEqual([0xd5, 0xe8, 0xc8, 255]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => middleOf(page, 'vector-tiles')).toEqual([0x1c, 0x33, 0x28, 255]);
  expect(errors).toEqual([]);
});

test('over TLS the page reads the live feed, and nothing in clear text', async ({
  browser,
  server,
}) => {
  const url = await server.start('--demo', '--tls', '--port', '0');
  await server.printed(/^ *Demo /m);
  expect(url).toMatch(/^https:/);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.addInitScript(() => {
    localStorage.setItem(
      'wildrydes.dashboard',
      JSON.stringify({ identityPoolId: '', streamName: '', source: 'feed' }),
    );
  });
  const { errors, foreign } = await watch(page, url);
  await unicorns(page, 25);
  expect(await hook(page, 'source')).toBe('feed');
  expect(sockets[0]).toMatch(/^wss:/);
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live');
  await server.stop();
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'reconnecting');
  await server.start('--demo', '--tls', '--port', new URL(url).port);
  await server.printed(/^ *Demo /m);
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live');
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
  await context.close();
});

test('from an empty account to a fleet of a thousand without a terminal', async ({
  page,
  server,
}, info) => {
  const url = await server.start('--port', '0');
  const { errors } = await watch(page, url);
  await page.screenshot({ path: info.outputPath('empty.png') });
  await page.getByRole('button', { name: 'Make the pipeline, start 25' }).click();
  await expect(page.locator('.empty h2')).toHaveText('The pipeline is being created');
  await expect(page.locator('.empty')).toContainText(/Being made( \d+ s)?/);
  await unicorns(page, 25);
  await page.getByRole('button', { name: 'Configure the dashboard' }).first().click();
  const sizes = page.getByRole('group', { name: 'Unicorns of this server' });
  await sizes.getByRole('button', { name: '1,000', exact: true }).click();
  await expect(sizes).toContainText('1,000 ride now');
  await page.screenshot({ path: info.outputPath('settings.png') });
  await page.keyboard.press('Escape');
  await unicorns(page, 1_000);
  const refused = await page.evaluate(async () => {
    const answer = await fetch('/_/api/fleet', {
      method: 'PUT',
      body: JSON.stringify({ unicorns: 10_000_000, pipeline: false }),
    });
    return answer.status;
  });
  expect(refused).toBe(400);
  expect(errors).toEqual([]);
});

test('the address holds what is shown: who, where, which, and it opens the same again', async ({
  page,
  server,
}) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  await page.locator('#search').fill('shadow');
  await page.locator('.row').first().click();
  await page.getByRole('button', { name: /Sort by name/ }).click();
  const box = (await page.locator('.map').boundingBox())!;
  await page.mouse.move(box.x + 700, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(box.x + 600, box.y + 250, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/sel=Shadowfax.*z=12.*c=[\d.]+,-[\d.]+.*q=shadow.*sort=name/);
  const address = page.url();
  const place = /c=([\d.]+),(-[\d.]+)/.exec(address)!;
  const other = await page.context().newPage();
  await other.goto(address);
  await unicorns(other, 25);
  await expect(other.locator('.card h2')).toHaveText('Shadowfax');
  await expect(other.locator('#search')).toHaveValue('shadow');
  await expect(other.locator('.row')).toHaveCount(1);
  await expect(other).toHaveURL(
    new RegExp(`c=${place[1]!.slice(0, 6)}\\d*,${place[2]!.slice(0, 7)}`),
  );
  await other.close();
});

test('a filter of the list is one of the map too', async ({ page, server }) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  await page.keyboard.press('0');
  await expect.poll(() => hook(page, 'inView')).toBe(25);
  await page.locator('#search').fill('arion');
  await expect.poll(() => hook(page, 'inView')).toBe(1);
  await expect(page.locator('.map-footer')).toContainText('1 of 25 unicorns');
  await page.locator('#search').fill('');
  await expect.poll(() => hook(page, 'inView')).toBe(25);
});

test('Ctrl+K finds a unicorn from any page and follows it; parts and pages too', async ({
  page,
  server,
}, info) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  const { errors } = await watch(page, url);
  await unicorns(page, 25);
  await page.getByRole('link', { name: 'Access' }).click();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: /^Find/ })).toBeFocused();
  await page.keyboard.type('buceph');
  await expect(page.locator('#found').getByRole('option').first()).toContainText('Bucephalus');
  await page.screenshot({ path: info.outputPath('finder.png') });
  await page.keyboard.press('Enter');
  await expect(page.locator('.card h2')).toHaveText('Bucephalus');
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible();
  await expect(page).toHaveURL(/\/_\/fleet\?sel=Bucephalus&follow=1/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('UnicornSensor');
  await expect(page.locator('#found').getByRole('option').first()).toContainText('Table');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/node=table%3AUnicornSensorData/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('nobody');
  // Faster than any hand: the second key is the page's already.
  await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('?')]);
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('two windows of the pipeline ask the server as often as one', async ({ page, server }) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  const address = `${new URL(url).origin}/_/pipeline`;
  const asked: number[] = [];
  page.context().on('request', (request) => {
    if (request.url().endsWith('/_/api/pulse')) asked.push(Date.now());
  });
  await page.goto(address);
  const rate = (one: Page) => one.locator('[data-figure="stream:wildrydes"]');
  await expect(rate(page)).toHaveText(/^[1-9][\d.,]*\/s$/);
  const other = await page.context().newPage();
  await other.goto(address);
  await expect(rate(other)).toHaveText(/^[1-9][\d.,]*\/s$/);
  const before = asked.length;
  const began = Date.now();
  await page.waitForTimeout(10_000);
  const perSecond = ((asked.length - before) * 1000) / (Date.now() - began);
  // Each alone would make two of it.
  expect(perSecond).toBeLessThan(1.4);
  expect(perSecond).toBeGreaterThan(0.2);
  // The one that asked is closed: the other goes on by itself.
  await page.close();
  const after = asked.length;
  await expect.poll(() => asked.length, { timeout: 20_000 }).toBeGreaterThan(after + 2);
  await expect(rate(other)).toHaveText(/^[1-9][\d.,]*\/s$/);
});

test('the newest record of a unicorn is shown as it stands in the stream', async ({
  page,
  server,
}) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  await page.locator('.row').first().click();
  const name = await page.locator('.card h2').innerText();
  await page.getByRole('button', { name: 'Record' }).click();
  const dialog = page.getByRole('dialog', { name: `Newest record of ${name}` });
  await expect(dialog.locator('pre')).toContainText(`"Name": "${name}"`);
  await expect(dialog).toContainText('shardId-');
  await expect(dialog.locator('.command')).toContainText(`--where 'Name=${name}'`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Configure the dashboard' }).first().click();
  await page.getByRole('dialog').getByLabel('Speed').selectOption('km/h');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('[data-field=speed]')).toHaveText(/^1\d\d\.\d km\/h$/);
  expect((await positions(page)).length).toBe(25);
});

test('a trail goes back to before the page was opened, and nowhere else', async ({
  page,
  server,
}, info) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  await page.waitForTimeout(12_000);
  const before = await page.evaluate(() => Date.now());
  await page.reload();
  await unicorns(page, 25);
  const begins = (name: string) =>
    page.evaluate((each) => {
      type Hook = { trailOf(name: string): { firstMillis: number; lat: number } };
      return (window as unknown as { __fleet: Hook }).__fleet.trailOf(each);
    }, name);
  // All of a small fleet, without being asked.
  await expect
    .poll(async () => before - (await begins('Shadowfax')).firstMillis)
    .toBeGreaterThan(10_000);
  // It began at the start point, and the trail with it: within the way of some seconds.
  expect(Math.abs((await begins('Shadowfax')).lat - 40.749167)).toBeLessThan(0.01);
  await page.locator('#search').fill('shadow');
  await page.locator('.row').first().click();
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: info.outputPath('trail.png') });
});
