// What the pipeline's picture says when something is missing or too much, with the real program.
import type { Page } from '@playwright/test';
import { expect, test, watch } from './console';
import { ask, expectNoViolation } from './demo';
import { RealServer } from './server';

let server: RealServer;
test.beforeEach(() => {
  server = new RealServer();
});
test.afterEach(() => server.remove());

async function pipeline(page: Page, ...options: string[]): Promise<string[]> {
  const url = await server.start('--port', '0', ...options);
  const { errors } = await watch(page, url);
  await page.getByRole('link', { name: 'Pipeline' }).click();
  return errors;
}

test('what the account lacks is drawn as ghosts with their commands, until one has seen enough', async ({
  page,
}) => {
  const errors = await pipeline(page);
  await expect(page.locator('.node.ghost')).toHaveCount(10);
  await expect(page.locator('.edge-ghost').first()).toBeAttached();
  await expectNoViolation(page);
  await page.locator('a.node.ghost', { hasText: 'wildrydes-summary' }).click();
  await expect(page.locator('.detail')).toContainText('aws kinesis create-stream');
  await expectNoViolation(page);
  const ghosts = page.getByRole('checkbox', { name: /still lacks/ });
  await ghosts.uncheck();
  await expect(page.locator('.node.ghost')).toHaveCount(0);
  await ask(page, 'kinesis', 'Kinesis_20131202.CreateStream', {
    StreamName: 'wildrydes',
    ShardCount: 1,
  });
  await expect(page.locator('.pipeline-picture')).toContainText('Not joined to anything');
  await ghosts.check();
  await expect(page.locator('[data-figure="stream:wildrydes"]')).toHaveText('0/s');
  await expect(page.locator('.node.ghost')).toHaveCount(9);
  expect(errors).toEqual([]);
});

test('a stream that refuses records is red and says how many', async ({ page }) => {
  const errors = await pipeline(page, '--kinesis-limits');
  await ask(page, 'kinesis', 'Kinesis_20131202.CreateStream', {
    StreamName: 'wildrydes',
    ShardCount: 1,
  });
  const figure = page.locator('[data-figure="stream:wildrydes"]');
  await expect(figure).toHaveText('0/s');
  const Records = Array.from({ length: 500 }, () => ({ Data: 'eA==', PartitionKey: 'k' }));
  await expect(async () => {
    // A shard takes a thousand records a second.
    for (let i = 0; i < 4; i++)
      await ask(page, 'kinesis', 'Kinesis_20131202.PutRecords', {
        StreamName: 'wildrydes',
        Records,
      });
    await expect(figure).toHaveText(/^[1-9][\d.,]*\/s refused$/, { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('a.node-stream', { hasText: 'refused' })).toHaveClass(/health-bad/);
  // Joined to nothing, it says so as well.
  await page.getByRole('checkbox', { name: /still lacks/ }).uncheck();
  const alone = page.locator('a.lone-node', { hasText: 'wildrydes' });
  await expect(async () => {
    for (let i = 0; i < 4; i++)
      await ask(page, 'kinesis', 'Kinesis_20131202.PutRecords', {
        StreamName: 'wildrydes',
        Records,
      });
    await expect(alone).toContainText('/s refused', { timeout: 3_000 });
    await expect(alone).toHaveClass(/health-bad/, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await expectNoViolation(page);
  // Over as soon as nothing was refused for five seconds.
  await expect(figure).toHaveText(/^[\d.,]+\/(s|min)$/);
  expect(errors).toEqual([]);
});

test('a part that is being made says for how long', async ({ page }) => {
  const errors = await pipeline(page, '--state-change-delay-ms', '60000');
  await ask(page, 'kinesis', 'Kinesis_20131202.CreateStream', {
    StreamName: 'wildrydes',
    ShardCount: 1,
  });
  await expect(page.locator('[data-figure="stream:wildrydes"]')).toHaveText(
    /^CREATING for [1-9]\d* s$/,
  );
  await page.locator('a.node-stream', { hasText: 'CREATING' }).click();
  await expect(page.locator('.detail-title .pill')).toHaveText(/^CREATING for [1-9]\d* s$/);
  await expectNoViolation(page);
  expect(errors).toEqual([]);
});
