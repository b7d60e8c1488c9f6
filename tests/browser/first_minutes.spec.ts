// The first minutes of a newcomer: `wildrydes up --demo`, and what is to be seen when. Pictures are
// kept; the moments are told, and each has a bound that a busy machine keeps too.
import { expect, hook, positions, test as base, unicorns, watch } from './console';
import { RealServer } from './server';

const test = base.extend<{ server: RealServer }>({
  server: async ({}, use) => {
    const server = new RealServer();
    await use(server);
    await server.remove();
  },
});

test('moving unicorns, a live pipeline, an alert, a summary row after its countdown, the archive', async ({
  page,
  server,
}, info) => {
  test.setTimeout(400_000);
  const began = Date.now();
  const url = await server.start('--demo', '--port', '0');
  const origin = new URL(url).origin;
  const { errors, foreign } = await watch(page, url);
  const told: string[] = [];
  const moment = async (what: string) => {
    const seconds = (Date.now() - began) / 1000;
    told.push(`${seconds.toFixed(1)} s ${what}`);
    await page.screenshot({ path: info.outputPath(`${String(told.length)}.png`) });
  };

  await unicorns(page, 25);
  const before = new Map((await positions(page)).map((one) => [one.name, one]));
  await expect
    .poll(async () => {
      const now = await positions(page);
      return now.filter(({ name, lat, lon }) => {
        const was = before.get(name);
        return was && (was.lat !== lat || was.lon !== lon);
      }).length;
    })
    .toBeGreaterThan(20);
  await moment('unicorns move');

  await page.goto(`${origin}/_/pipeline`);
  await expect(page.locator('.node.ghost')).toHaveCount(0);
  await expect(page.locator('[data-figure="stream:wildrydes"]')).toHaveText(/^[1-9][\d.,]*\/s$/);
  await expect(page.locator('[data-figure="application:wildrydes"]')).toHaveText(/closes in \d+ s/);
  await expect(page.locator('[data-figure="delivery:wildrydes"]')).toHaveText(/writes in \d+ s/);
  await moment('the pipeline is alive');

  await page.goto(`${origin}/_/fleet`);
  await expect.poll(() => hook(page, 'openAlerts'), { timeout: 150_000 }).toBeGreaterThan(0);
  await page.keyboard.press('a');
  await expect(page.locator('.alert-row').first()).toContainText(/\w+/);
  await moment('an alert');

  // Asked before there is anything: the page says when there will be, and asks again by itself.
  await page.goto(`${origin}/_/query`);
  await expect(page.locator('#sql')).toHaveValue(/SELECT/);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const rows = page.locator('.results-head b');
  await expect(rows).toBeVisible({ timeout: 60_000 });
  const isEarly = (await rows.innerText()) === '0';
  if (isEarly) {
    await expect(page.locator('.archive-wait')).toContainText(/next object in \d+ s/);
    await moment('the archive is empty, with a countdown');
  }

  await page.goto(`${origin}/_/pipeline?node=application:wildrydes`);
  const windows = page.getByRole('list', { name: 'Open windows' });
  await expect(windows).toContainText(/rows in \d+ s/);
  await moment('the window counts down');
  await page.getByRole('tab', { name: 'DESTINATION_SQL_STREAM' }).click();
  const summary = page.getByRole('region', { name: 'Rows of DESTINATION_SQL_STREAM' });
  await expect(summary.locator('tbody tr').first()).toBeVisible({ timeout: 120_000 });
  await moment('the first summary rows');

  await page.goto(`${origin}/_/query`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows).toHaveText(/^[1-9]/, { timeout: 120_000 });
  await moment('the archive answers');
  console.log(told.join('\n'));
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});
