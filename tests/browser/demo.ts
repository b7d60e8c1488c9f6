// What the tests of pages share: one demo with a real server behind it, axe, and pictures.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, realUrl, test as base, watch } from './console';
import { RealServer } from './server';

// One demo for all of these tests: they read, and what one changes no other depends on.
export const test = base.extend<object, { demo: string }>({
  demo: [
    async ({}, use) => {
      if (realUrl) return use(realUrl);
      const server = new RealServer();
      const url = await server.start('--demo', '--port', '0');
      await server.printed(/^ *Demo /m);
      await use(url);
      await server.remove();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

export async function open(page: Page, demo: string, path: string) {
  const watched = await watch(page, demo);
  await page.goto(`${new URL(demo).origin}/_/${path}`);
  return watched;
}

export async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map((it) => ({
    rule: it.id,
    nodes: it.nodes.slice(0, 4).map((node) => `${node.target} ${node.failureSummary ?? ''}`),
  }));
  expect(told).toEqual([]);
}

export async function pictures(page: Page, path: (name: string) => string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await page.screenshot({ path: path(`${colorScheme}.png`) });
  }
}

/** An operation of a JSON service, asked by the page with its session. */
export function ask(
  page: Page,
  service: string,
  target: string,
  input: object,
): Promise<Record<string, unknown>> {
  return page.evaluate(
    async ([path, operation, body]) => {
      const answer = await fetch(`/_/api/aws/${path}/`, {
        method: 'POST',
        headers: { 'x-amz-target': operation!, 'content-type': 'application/x-amz-json-1.0' },
        body: body!,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
    },
    [service, target, JSON.stringify(input)] as const,
  );
}

/** An operation of Lambda, likewise. */
export function askLambda(
  page: Page,
  method: string,
  path: string,
  input?: object,
): Promise<Record<string, unknown>> {
  return page.evaluate(
    async ([verb, below, body]) => {
      const answer = await fetch(`/_/api/aws/lambda/2015-03-31/functions${below}`, {
        method: verb!,
        ...(body ? { headers: { 'content-type': 'application/json' }, body } : {}),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
    },
    [method, path, input ? JSON.stringify(input) : ''] as const,
  );
}
