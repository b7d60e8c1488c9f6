// What the tests share: a console (real or mock), and a page that is watched for traffic and
// errors.
import { test as base, expect, type Page, type Request } from '@playwright/test';
import { startMock } from './mock/server.mjs';
import { realUrls } from './server';

/** The real server of this worker: each has one of its own, so that no test meets another's changes. */
export const realUrl = realUrls[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)];
export { expect };

interface Hook {
  count: number;
  onMap: number;
  inView: number;
  badge: string;
  identityId: string;
  openAlerts: number;
  frameMillisP95: number;
  source: string;
  zoom: number;
  positions(): {
    name: string;
    lat: number;
    lon: number;
    status: string;
    pixel: [number, number] | null;
  }[];
}

export interface Watched {
  page: Page;
  /** Requests to any other origin; they were stopped. */
  foreign: string[];
  /** Errors of the page and breaches of its policy. */
  errors: string[];
  /** AWS calls in order, with what was sent. */
  calls: { operation: string; headers: Record<string, string> }[];
}

/** Opens the console and watches it; `allowed` are other origins that are configured. */
export async function watch(page: Page, url: string, allowed: string[] = []): Promise<Watched> {
  const origin = new URL(url).origin;
  const watched: Watched = { page, foreign: [], errors: [], calls: [] };
  await page.context().route(
    (address) =>
      address.origin !== origin &&
      !allowed.includes(address.origin) &&
      address.protocol.startsWith('http'),
    (route) => {
      watched.foreign.push(route.request().url());
      return route.abort();
    },
  );
  page.on('pageerror', (error) => watched.errors.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) watched.errors.push(message.text());
  });
  page.on('request', (request) => note(request, watched));
  await page.goto(url);
  return watched;
}

function note(request: Request, watched: Watched): void {
  const headers = request.headers();
  const target = headers['x-amz-target'];
  if (target) watched.calls.push({ operation: target.split('.')[1]!, headers });
}

export function hook<Key extends keyof Hook>(page: Page, key: Key): Promise<Hook[Key]> {
  return page.evaluate(
    (name) => (window as unknown as { __fleet?: Hook }).__fleet?.[name as Key] as never,
    key,
  );
}

export function positions(page: Page): Promise<ReturnType<Hook['positions']>> {
  return page.evaluate(() => (window as unknown as { __fleet?: Hook }).__fleet?.positions() ?? []);
}

/** Waits until at least this many unicorns are on the map. */
export async function unicorns(page: Page, least = 1): Promise<void> {
  await expect.poll(() => hook(page, 'onMap')).toBeGreaterThanOrEqual(least);
}

type Mock = Awaited<ReturnType<typeof startMock>>;
export type MockOptions = Parameters<typeof startMock>[0];

/** `mock(options)` starts a mock that ends with the test. */
export const test = base.extend<{
  mock: (options?: MockOptions) => Promise<Mock>;
  consoleUrl: string;
}>({
  mock: async ({}, use) => {
    const started: Mock[] = [];
    await use(async (options) => {
      const one = await startMock(options);
      started.push(one);
      return one;
    });
    for (const one of started) one.close();
  },
  consoleUrl: async ({ mock }, use) => {
    await use(realUrl ?? (await mock({ unicorns: 25, aheadSeconds: 20 })).url);
  },
});
