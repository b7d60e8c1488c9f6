// The page while its server starts, restarts, or has nothing yet: with the real program.
import { expect, hook, test, unicorns, watch } from './console';
import { RealServer } from './server';

let server: RealServer;
test.beforeEach(() => {
  server = new RealServer();
});
test.afterEach(() => server.remove());

test('a page opened before the pipeline stands shows the unicorns as they start', async ({
  page,
}) => {
  const url = await server.start('--demo', '--port', '0');
  const { errors } = await watch(page, url);
  await server.printed(/^ *Demo /m);
  await expect.poll(() => hook(page, 'onMap'), { timeout: 5_000 }).toBeGreaterThan(0);
  await expect(page.locator('.empty')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('while the pipeline is being created the page says so', async ({ page }) => {
  const url = await server.start('--demo', '--port', '0', '--state-change-delay-ms', '400');
  await watch(page, url);
  await expect(page.locator('.empty h2')).toHaveText('The pipeline is being created');
  await server.printed(/^ *Demo /m);
  await expect.poll(() => hook(page, 'onMap'), { timeout: 5_000 }).toBeGreaterThan(0);
});

test('after a restart of the server the page goes on by itself', async ({ page }) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  await server.stop();
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'reconnecting');
  await server.start('--demo', '--port', new URL(url).port);
  await server.printed(/^ *Demo /m);
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live', {
    timeout: 15_000,
  });
  await unicorns(page, 25);
});

test('an empty account says what is missing and goes on when it is there', async ({ page }) => {
  const url = await server.start('--port', '0');
  await watch(page, url);
  await expect(page.locator('.empty h2')).toHaveText('No identity pool yet');
  // The whole path: the command works in any folder, as no shell would find the name.
  await expect(page.locator('.empty .command').first()).toHaveText(
    /^(\/\S+\/)?wildrydes workshop setup/,
  );
});
