// The live map as a user sees it; runs against a real server (WILDRYDES_URL, started with --demo)
// or the mock.
import type { Page } from '@playwright/test';
import { expect, hook, positions, test, unicorns, watch } from './console';

test('unicorns appear within five seconds and move', async ({ page, consoleUrl }) => {
  const { errors } = await watch(page, consoleUrl);
  await expect.poll(() => hook(page, 'onMap'), { timeout: 5_000 }).toBeGreaterThan(0);
  await page.waitForTimeout(2_000);
  const before = new Map((await positions(page)).map((one) => [one.name, one]));
  await page.waitForTimeout(4_000);
  const moved = (await positions(page)).filter(({ name, lat, lon }) => {
    const was = before.get(name);
    return was && Math.hypot(lat - was.lat, lon - was.lon) * 111_000 > 40;
  });
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.length).toBeGreaterThanOrEqual(before.size * 0.8);
  expect(errors).toEqual([]);
});

test('the motion between two reports is smooth', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await page.waitForTimeout(2_500);
  const name = (await positions(page))[0]!.name;
  const seen = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const one = (await positions(page)).find((each) => each.name === name)!;
    seen.add(`${one.lat} ${one.lon}`);
    await page.waitForTimeout(100);
  }
  expect(seen.size).toBeGreaterThan(5);
});

test('reads the stream with guest credentials, signed in the browser', async ({
  page,
  consoleUrl,
}) => {
  const answered: string[] = [];
  page.on('response', async (response) => {
    if (
      response.request().headers()['x-amz-target']?.endsWith('GetCredentialsForIdentity') &&
      response.ok()
    ) {
      answered.push((await response.json()).Credentials.AccessKeyId);
    }
  });
  const { calls } = await watch(page, consoleUrl);
  await unicorns(page);
  expect(await hook(page, 'identityId')).toMatch(/^[\w-]+:[0-9a-f-]{36}$/);
  const of = (operation: string) => calls.filter((call) => call.operation === operation);
  for (const operation of ['GetId', 'GetCredentialsForIdentity']) {
    expect(of(operation).length, operation).toBeGreaterThan(0);
    expect(of(operation)[0]!.headers['authorization'], operation).toBeUndefined();
  }
  for (const operation of ['ListShards', 'GetShardIterator', 'GetRecords']) {
    expect(of(operation).length, operation).toBeGreaterThan(0);
    const { headers } = of(operation)[0]!;
    expect(headers['authorization'], operation).toContain(`Credential=${answered[0]}/`);
    expect(headers['authorization'], operation).toContain('/kinesis/aws4_request');
    expect(headers['x-amz-security-token'], operation).toBeTruthy();
  }
});

test('asks no other host for anything', async ({ page, consoleUrl }) => {
  const { foreign, errors } = await watch(page, consoleUrl);
  await unicorns(page);
  for (const key of ['0', '-', '-', '-', 't', 't']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  await page.getByRole('link', { name: 'Query' }).click();
  await page.waitForTimeout(500);
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

test("the card says speed, health and magic in the workshop's words", async ({
  page,
  consoleUrl,
}) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await page.locator('.row').first().click();
  const card = page.locator('.card');
  const name = await page.locator('.row.selected .name').innerText();
  await expect(card.locator('h2')).toHaveText(name);
  const speed = await card.locator('[data-field=speed]').innerText();
  expect(speed).toMatch(/^\d+\.\d mph$/);
  expect(parseFloat(speed)).toBeGreaterThan(55);
  expect(parseFloat(speed)).toBeLessThan(80);
  await expect(card.locator('.vital', { hasText: 'Health' }).locator('.vital-value')).toHaveText(
    /^-?\d+(\.\d)?$/,
  );
  await expect(card.locator('.vital', { hasText: 'Magic' }).locator('.vital-value')).toHaveText(
    /^-?\d+(\.\d)?$/,
  );
  await expect(page).toHaveURL(/sel=/);
});

/** A unicorn that nothing covers, far from the others, and where it is drawn on the page. */
async function aim(page: Page): Promise<{ name: string; x: number; y: number }> {
  const all = (await positions(page)).filter((one) => one.pixel);
  const map = (await page.locator('.map').boundingBox())!;
  const apart = all.filter((one) =>
    all.every(
      (other) =>
        other === one ||
        Math.hypot(other.pixel![0] - one.pixel![0], other.pixel![1] - one.pixel![1]) > 40,
    ),
  );
  const places = apart.map(({ name, pixel }) => ({
    name,
    x: map.x + pixel![0],
    y: map.y + pixel![1],
  }));
  const found = await page.evaluate(
    (list) =>
      list.find(({ x, y }) => document.elementFromPoint(x, y)?.closest('.map') != null) ?? null,
    places,
  );
  expect(found, 'a unicorn on free map').not.toBeNull();
  return found!;
}

test('a click on the map selects the unicorn that is drawn there', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  // They fly apart, and off the view or under the card: each try looks for another.
  const atRest = async () => {
    await page.keyboard.press('0');
    await page.waitForTimeout(1_000);
  };
  await expect(async () => {
    await atRest();
    const one = await aim(page);
    await page.mouse.click(one.x, one.y);
    await expect(page.locator('.card h2')).toHaveText(one.name, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await expect(async () => {
    await atRest();
    const one = await aim(page);
    await page.mouse.move(one.x + 1, one.y);
    await page.mouse.move(one.x, one.y);
    await expect(page.locator('.tip strong')).toHaveText(one.name, { timeout: 1_000 });
    await expect(page.locator('.tip')).toContainText('mph');
  }).toPass({ timeout: 60_000 });
});

test('an alert rings the bell, fills the drawer and reddens the unicorn', async ({
  page,
  consoleUrl,
}) => {
  test.setTimeout(240_000);
  await watch(page, consoleUrl);
  await expect.poll(() => hook(page, 'openAlerts'), { timeout: 180_000 }).toBeGreaterThan(0);
  await expect(page.locator('.bell-count')).toHaveText(/^\d+\+?$/);
  await expect(page).toHaveTitle(/^\(\d+\) /);
  await page.getByRole('button', { name: /^Alerts/ }).click();
  const group = page
    .locator('.alert-group', { has: page.locator('.alert-row:not(.closed)') })
    .first();
  await expect(group).toContainText(/points below 100/);
  const row = group.locator('.alert-row:not(.closed)').first();
  const name = await row.locator('.alert-name').innerText();
  await row.locator('.alert-show').click();
  await expect(page.locator('.card h2')).toHaveText(name);
  await expect(
    page.locator('.card.status-low, .card.status-stale, .card.status-lost'),
  ).toBeVisible();
  await expect(page.locator('.row.selected')).toHaveClass(/status-(low|stale|lost)/);
});

test('the list searches, filters and sorts', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await page.waitForTimeout(1_500);
  const name = await page.locator('.row .name').first().innerText();
  await page.keyboard.press('/');
  await page.keyboard.type(name.toUpperCase());
  await expect(page.locator('.row .name').first()).toHaveText(name);
  await page.locator('#search').fill('no such unicorn');
  await expect(page.locator('.list-empty p')).toHaveText(
    'No unicorn matches “no such unicorn”.',
  );
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page.locator('#search')).toHaveValue('');
  await expect(page.locator('.row .name').first()).toBeVisible();
  await page.getByRole('button', { name: /Sort by name/ }).click();
  const names = await page.locator('.row .name').allInnerTexts();
  expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true }).compare));
});

test('keys alone: walk, show, follow, close', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.card')).toBeVisible();
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible();
  await page.waitForTimeout(1_200);
  const selected = await page.locator('.card h2').innerText();
  const one = (await positions(page)).find(({ name }) => name === selected)!;
  const box = (await page.locator('.map').boundingBox())!;
  expect(Math.abs(one.pixel![0] - box.width / 2)).toBeLessThan(20);
  await page.keyboard.press('?');
  await expect(page.locator('dialog')).toBeVisible();
  // Faster than any hand: the second is the page's, though the dialog has only just closed.
  await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('Escape')]);
  await expect(page.locator('.card')).toHaveCount(0);
});

test('the count stands in the title, the badge is live', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await expect(page).toHaveTitle(/\d+ unicorns? · Wild Rydes$/);
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live');
  await expect(page.locator('[data-badge]')).toHaveText(/^LIVE/);
});

test('a ready query is run and its rows are shown', async ({ page, consoleUrl }) => {
  await watch(page, consoleUrl);
  await page.getByRole('link', { name: 'Query' }).click();
  await expect(page).toHaveURL(/\/_\/query/);
  await expect(page.locator('.ready li').first()).toBeVisible();
  await page.locator('.ready li button').first().click();
  await expect(page.locator('.results-head, .answer-error')).toBeVisible({ timeout: 60_000 });
  await page.locator('#sql').fill('SELEKT 1');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.answer-error')).toBeVisible({ timeout: 60_000 });
});

test('without the session the page says how to get the address', async ({
  browser,
  consoleUrl,
}) => {
  const page = await (await browser.newContext()).newPage();
  const url = new URL(consoleUrl);
  await page.goto(`${url.origin}/_/`);
  await expect(page.locator('body')).toContainText('wildrydes open');
  await expect(page.locator('body')).toContainText(/Waiting for the session \d+ s/);
  await page.context().close();
});

test('pictures in light, dark and phone size', async ({ page, consoleUrl }, info) => {
  await watch(page, consoleUrl);
  await unicorns(page);
  await page.keyboard.press('0');
  await page.locator('.row').first().click();
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: info.outputPath('light.png') });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(800);
  await page.screenshot({ path: info.outputPath('dark.png') });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(800);
  await page.screenshot({ path: info.outputPath('phone.png') });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
});
