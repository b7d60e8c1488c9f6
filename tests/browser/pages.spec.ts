// Pipeline, Query, Activity and Access with a real server behind them: each with what it is for,
// with axe, and with pictures in light and dark. The page that is to be tested needs the program:
// the mock has no pipeline.
import { readFileSync } from 'node:fs';
import { expect, unicorns, watch } from './console';
import { expectNoViolation, open, pictures, test } from './demo';

test('the pipeline is drawn from what the account holds, with rates and countdowns', async ({
  page,
  demo,
}, info) => {
  const { errors, foreign } = await open(page, demo, 'pipeline');
  for (const name of [
    'stream:wildrydes',
    'application:wildrydes',
    'stream:wildrydes-summary',
    'function:WildRydesStreamProcessor',
    'table:UnicornSensorData',
    'delivery:wildrydes',
    'archive:wildrydes',
    'viewers:wildrydes',
  ])
    await expect(page.locator(`[data-figure="${name}"]`), name).toBeVisible();
  await expect(page.locator('.node.ghost')).toHaveCount(0);
  await expect(page.locator('[data-figure="stream:wildrydes"]')).toHaveText(/^[1-9][\d.,]*\/s$/);
  await expect(page.locator('[data-figure="application:wildrydes"]')).toHaveText(
    /^window closes in \d+ s$/,
  );
  await expect(page.locator('[data-figure="delivery:wildrydes"]')).toHaveText(
    /writes in \d+ s|buffer empty/,
  );
  await expect(page.locator('.edge-flows').first()).toBeAttached();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});

test('a stream shows its records as they come, filtered and in full', async ({
  page,
  demo,
}, info) => {
  await open(page, demo, 'pipeline');
  await page.locator('a.node-stream', { hasText: 'wildrydes' }).first().click();
  await expect(page.getByRole('tab', { name: 'Live data' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(page.locator('.tail-row').first()).toContainText('HealthPoints');
  await page.getByLabel('Filter records').fill('HealthPoints < -100000');
  await expect(page.locator('.tail-empty')).toHaveText('No record matches the filter.');
  await page.getByLabel('Filter records').fill('HealthPoints > -100000');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.tail-row').first().click();
  await expect(page.locator('.record pre')).toContainText('"MagicPoints": ');
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await page.getByRole('tab', { name: 'Config' }).click();
  await expect(page.locator('table.plain')).toContainText('shardId-000000000000');
  await expect(page).toHaveURL(/node=stream%3Awildrydes&tab=config/);
  await page.getByRole('tab', { name: 'CLI' }).click();
  await expect(page.locator('.commands')).toContainText('aws kinesis describe-stream-summary');
});

test("a stream's metrics are charts, and its shards are measured and changed in number", async ({
  page,
  demo,
}, info) => {
  test.setTimeout(300_000);
  await open(page, demo, 'pipeline?node=stream:wildrydes-vitals&tab=config');
  await page.getByLabel('Open shards').fill('2');
  await page.getByRole('button', { name: 'Change their number' }).click();
  await expect(page.locator('table.plain tbody tr', { hasText: 'open' })).toHaveCount(2);
  await page.goto(`${new URL(demo).origin}/_/pipeline?node=stream:wildrydes&tab=config`);
  await page.getByRole('button', { name: 'Measure each shard' }).click();
  await expect(page.getByRole('columnheader', { name: 'Throttled' })).toBeVisible();
  // The first whole minute has to be over.
  await expect(page.locator('table.plain tbody tr').first()).toContainText(/[1-9][\d.]*\/s/, {
    timeout: 150_000,
  });
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`shards-${name}`));
  await page.getByRole('tab', { name: 'Metrics' }).click();
  await expect(page.getByRole('img', { name: /^Written, records\/s: [1-9]/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Readers behind, at most: / })).toBeVisible();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`metrics-${name}`));
});

test('the tables of the catalogue stand beside the query, and a column goes to the cursor', async ({
  page,
  demo,
}) => {
  await open(page, demo, 'query');
  const tree = page.getByRole('region', { name: 'Tables' });
  await tree.getByText('wildrydes', { exact: true }).click();
  await expect(page.locator('#sql')).toHaveValue(/FROM wildrydes/);
  await page.locator('#sql').fill('SELECT ');
  await tree.getByRole('button', { name: 'healthpoints' }).click();
  await expect(page.locator('#sql')).toHaveValue('SELECT healthpoints');
  await tree.getByRole('button', { name: 'Its first rows' }).click();
  await expect(page.locator('#sql')).toHaveValue('SELECT * FROM wildrydes LIMIT 100');
  await page.locator('#sql').fill('SELECT 1 AS first;\nSELECT 2 AS second');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.grid-head')).toHaveText('second', { timeout: 60_000 });
});

test('the SQL of an application is changed in the page, and a mistake is underlined', async ({
  page,
  demo,
}, info) => {
  await open(page, demo, 'pipeline?node=application:wildrydes-vitals');
  const code = page.getByLabel('SQL of the application');
  await expect(code).toHaveValue(/CREATE OR REPLACE (STREAM|PUMP)/i);
  const before = await code.inputValue();
  await code.fill(`${before}\nSELEKT 1;`);
  await page.getByRole('button', { name: 'Save and run' }).click();
  await expect(page.locator('.code .answer-error')).toBeVisible();
  await expect(page.locator('.sql-marks mark')).toBeVisible();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await code.fill(`-- seen in the console\n${before}`);
  await page.getByRole('button', { name: 'Save and run' }).click();
  await expect(page.getByText('Saved; the application goes on')).toBeVisible();
  await page.getByRole('tab', { name: 'Config' }).click();
  await expect(page.locator('.schema')).toContainText('HealthPoints');
});

test('every in-application stream shows its rows, and open windows count down', async ({
  page,
  demo,
}, info) => {
  await open(page, demo, 'pipeline?node=application:wildrydes');
  const windows = page.getByRole('list', { name: 'Open windows' });
  await expect(windows).toContainText(/DESTINATION_SQL_STREAM: 25 groups open, rows in \d+ s/);
  await page.getByRole('tab', { name: 'SOURCE_SQL_STREAM_001' }).click();
  const rows = page.getByRole('region', { name: 'Rows of SOURCE_SQL_STREAM_001' });
  await expect(rows.locator('tbody tr').first()).toContainText(/\d\d:\d\d:\d\d\.\d{3}/);
  const first = await rows.locator('tbody tr').first().innerText();
  await expect.poll(() => rows.locator('tbody tr').first().innerText()).not.toBe(first);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await page.getByRole('tab', { name: 'error_stream' }).click();
  await expect(page.locator('.tab-body')).toContainText('No row in error');
  await page.getByRole('tab', { name: 'DESTINATION_SQL_STREAM' }).click();
  await expect(
    page
      .getByRole('region', { name: 'Rows of DESTINATION_SQL_STREAM' })
      .locator('tbody tr')
      .first(),
  ).toBeVisible({ timeout: 90_000 });
});

test('a function tells how far it is behind its stream', async ({ page, demo }) => {
  await open(page, demo, 'pipeline');
  await expect(page.locator('[data-figure="function:WildRydesStreamProcessor"]')).toHaveText(
    /^\d+\.\d s behind$/,
  );
});

test('a function is invoked with a test event and shows what it wrote', async ({
  page,
  demo,
}, info) => {
  await open(page, demo, 'pipeline?node=function:WildRydesVitalsAlert&tab=test');
  await page.getByRole('button', { name: 'Invoke', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('RequestId', {
    timeout: 40_000,
  });
  await page.getByRole('tab', { name: 'Live data' }).click();
  await expect(page.locator('.invocation').first()).toContainText('ms', { timeout: 60_000 });
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
});

test('an item of a table is found by its key, changed and deleted', async ({ page, demo }) => {
  await open(page, demo, 'pipeline?node=table:UnicornAlerts');
  await expect(page.locator('table.items')).toBeVisible();
  // The demo's incidents raise the first alert within half a minute.
  await expect(async () => {
    await page.getByRole('button', { name: 'Scan' }).click();
    await expect(page.locator('table.items .text-button').first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  const name = await page.locator('table.items .text-button').first().innerText();
  await page.locator('form input').first().fill(name);
  await page.getByRole('button', { name: 'Query' }).click();
  await expect(page.locator('table.items tbody tr').first()).toContainText(name);
  await page.locator('table.items .text-button').first().click();
  const text = page.getByLabel('Item as JSON');
  const item = JSON.parse(await text.inputValue()) as Record<string, unknown>;
  const key = { ...item, Name: 'Zz Made By Hand' };
  await text.fill(JSON.stringify(key));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.record')).toHaveCount(0);
  await page.locator('form input').first().fill('Zz Made By Hand');
  await page.getByRole('button', { name: 'Query' }).click();
  await page.locator('table.items .text-button', { hasText: 'Zz Made By Hand' }).first().click();
  await expectNoViolation(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('form input').first().fill('Zz Made By Hand');
  await page.getByRole('button', { name: 'Query' }).click();
  await expect(page.locator('.list-empty')).toHaveText('No item was found.');
});

test('delivery and bucket: the buffer fills, an object is written, opened and queried', async ({
  page,
  demo,
}, info) => {
  test.setTimeout(240_000);
  await open(page, demo, 'pipeline?node=delivery:wildrydes');
  await expect(page.getByRole('timer')).toContainText(/Writes an object in \d+ s|buffer is empty/);
  const written = page.locator('table.plain a').first();
  await expect(written).toBeVisible({ timeout: 100_000 });
  await expectNoViolation(page);
  await written.click();
  await expect(page.locator('.record pre')).toContainText('"HealthPoints"');
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await page.getByRole('link', { name: 'Query this' }).click();
  await expect(page.locator('.results-head b')).toHaveText(/^[1-9]/, { timeout: 60_000 });
});

test('the archive is queried: rows, an underlined mistake, history', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'query');
  await page.locator('.ready li button').first().click();
  await expect(page.locator('.results-head')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.history li').first()).toBeVisible();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await page.locator('#sql').fill('SELECT name,\n  nothing FROM wildrydes');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.answer-error')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.answer-error')).toContainText(/nothing/i);
  await expectNoViolation(page);
  expect(errors).toEqual([]);
});

test('an answer is drawn as a chart, and places on a map', async ({ page, demo }, info) => {
  test.setTimeout(240_000);
  const { errors } = await open(page, demo, 'query');
  await expect(page.locator('#sql')).toHaveValue(/FROM wildrydes/);
  await page
    .locator('#sql')
    .fill('SELECT name, statustime, latitude, longitude, healthpoints FROM wildrydes LIMIT 500');
  await expect(async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.locator('.results-head b')).toHaveText(/^[1-9]/, { timeout: 10_000 });
  }).toPass({ timeout: 150_000 });
  await page.getByRole('button', { name: 'Chart', exact: true }).click();
  await expect(page.getByRole('img', { name: 'healthpoints over time' })).toBeVisible();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`chart-${name}`));
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await expect(page.getByRole('img', { name: '25 tracks on the map' })).toBeVisible();
  await page.waitForTimeout(1_000);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`map-${name}`));
  for (const [name, first] of [
    ['CSV', 'name,statustime,'],
    ['JSONL', '{"name":"'],
  ] as const) {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name, exact: true }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(text.startsWith(first)).toBe(true);
  }
  expect(errors).toEqual([]);
});

test('the activity tells who asked what, and how to ask it again', async ({ page, demo }, info) => {
  await open(page, demo, 'activity');
  await page.evaluate(() =>
    fetch('/_/api/aws/kinesis/', {
      method: 'POST',
      headers: {
        'x-amz-target': 'Kinesis_20131202.CreateStream',
        'content-type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify({ StreamName: 'seen-in-activity', ShardCount: 1 }),
    }),
  );
  await page.getByLabel("this console's own").check();
  await page.getByLabel('Filter the feed').fill('CreateStream');
  // The demo's own streams may stand at the top until the feed is read again; under the pointer the
  // list stands still.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await page.locator('.feed-row').first().click();
    await expect(page.locator('.record')).toContainText('seen-in-activity', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(page.locator('.record')).toContainText('aws kinesis create-stream');
  await expect(page.locator('.record')).toContainText('root');
  await expectNoViolation(page);
  await page.getByLabel('Filter the feed').fill('');
  await page.getByLabel('routine traffic').check();
  await expect(page.locator('.feed-row', { hasText: /PutRecords ×\d/ }).first()).toBeVisible();
  await pictures(page, (name) => info.outputPath(name));
});

test('access is told in sentences, judged on request, and granted where it was refused', async ({
  page,
  demo,
}, info) => {
  await open(page, demo, 'access');
  const guest = page.locator('.identity', { hasText: 'WildrydesDashboardRole' }).first();
  await expect(guest).toContainText(/may read\b.*stream wildrydes/);
  await page.getByLabel('Who').selectOption({ label: 'role WildrydesDashboardRole' });
  await page.getByLabel('Action').fill('kinesis:PutRecord');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.locator('output')).toHaveText('No: no policy allows it.');
  await page.getByLabel('Action').fill('kinesis:GetRecords');
  const arn = `arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes`;
  const known = await page
    .locator('#known-resources option')
    .evaluateAll((all) => all.map((it) => (it as HTMLOptionElement).value));
  await page
    .getByLabel('Resource')
    .fill(known.find((it) => it.endsWith('stream/wildrydes')) ?? arn);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.locator('output')).toHaveText(/^Yes, it may/);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
});

test('the fleet page has no violation of accessibility', async ({ page, demo }) => {
  test.setTimeout(240_000);
  await watch(page, demo);
  await unicorns(page);
  await page.locator('.row').first().click();
  await expect(page.locator('.card')).toBeVisible();
  await expectNoViolation(page);
  await page.getByRole('button', { name: /^Alerts/ }).click();
  await expectNoViolation(page);
});

test('every page fits a phone', async ({ page, demo }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await watch(page, demo);
  for (const path of [
    'fleet',
    'pipeline',
    'pipeline?node=stream:wildrydes',
    'query',
    'activity',
    'access',
  ]) {
    await page.goto(`${new URL(demo).origin}/_/${path}`);
    await page.waitForTimeout(1_500);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, path).toBeLessThanOrEqual(390);
  }
  // The pipeline stands upright there, and a part that is opened has the page to itself.
  await page.goto(`${new URL(demo).origin}/_/pipeline`);
  await expect(page.locator('a.node-table').first()).toBeAttached();
  const picture = page.locator('.picture-scroll');
  const [inner, outer] = await picture.evaluate((it) => [it.scrollWidth, it.clientWidth]);
  expect(inner).toBeLessThanOrEqual(outer!);
  await page.locator('a.node-stream').first().click();
  await expect(page.locator('.detail')).toBeVisible();
  await expect(picture).toBeHidden();
  await page.getByRole('button', { name: 'Close the detail' }).click();
  await expect(picture).toBeVisible();
});

test('the console cannot be used from elsewhere, nor run what an object holds', async ({
  page,
  demo,
}) => {
  await watch(page, demo);
  const origin = new URL(demo).origin;
  const answers = await page.evaluate(async () => {
    const put = await fetch('/_/api/aws/s3/wildrydes-evil', { method: 'PUT' });
    await fetch('/_/api/aws/s3/wildrydes-evil/page.html', {
      method: 'PUT',
      headers: { 'content-type': 'text/html' },
      body: '<script>document.title = "owned"</script>',
    });
    const page = await fetch('/_/api/aws/s3/wildrydes-evil/page.html');
    return {
      put: put.status,
      type: page.headers.get('content-type'),
      disposition: page.headers.get('content-disposition'),
      policy: page.headers.get('content-security-policy'),
      sniff: page.headers.get('x-content-type-options'),
    };
  });
  expect(answers).toMatchObject({
    put: 200,
    type: 'application/octet-stream',
    disposition: 'attachment',
    sniff: 'nosniff',
  });
  expect(answers.policy).toContain("default-src 'self'");
  const stranger = await page.request.fetch(`${origin}/_/api/aws/kinesis/`, {
    method: 'POST',
    headers: {
      origin: 'http://evil.example',
      'x-amz-target': 'Kinesis_20131202.ListStreams',
      'content-type': 'application/x-amz-json-1.1',
    },
    data: '{}',
  });
  expect(stranger.status()).toBe(403);
});
