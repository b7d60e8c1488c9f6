// The server's own eyes: alerts with rules and webhook, the live feed, replay, hostile records. With
// the real program and records that the tests put themselves.
import AxeBuilder from '@axe-core/playwright';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, hook, positions, test as base, unicorns, watch } from './console';
import { RealServer } from './server';

interface Posted {
  events: { event: string; subject: string; title: string }[];
}

/** Hears what the webhook sends. */
class Listener {
  readonly posted: Posted[] = [];
  private server: Server | null = null;

  async listen(): Promise<string> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += String(data)));
      request.on('end', () => {
        this.posted.push(JSON.parse(body) as Posted);
        response.end();
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const test = base.extend<{ server: RealServer; listener: Listener }>({
  server: async ({}, use) => {
    const server = new RealServer();
    await use(server);
    await server.remove();
  },
  listener: async ({}, use) => {
    const listener = new Listener();
    await use(listener);
    listener.close();
  },
});

interface Reading {
  Name: string;
  HealthPoints: number;
  Latitude?: number;
}

/** Puts records into the stream, through the console's session. */
async function put(page: Page, records: (Reading | string)[]): Promise<void> {
  const data = records.map((record, i) =>
    typeof record === 'string'
      ? record
      : JSON.stringify({
          StatusTime: new Date().toISOString().slice(0, 23).replace('T', ' '),
          Latitude: 40.75 + (i % 1000) / 20_000,
          Longitude: -73.98 + i / 400_000,
          Distance: 30,
          MagicPoints: 150,
          ...record,
        }),
  );
  for (let at = 0; at < data.length; at += 500) {
    const refused = await page.evaluate(
      async (part) => {
        const bytes = (text: string) => {
          let binary = '';
          for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
          return btoa(binary);
        };
        const answer = await fetch('/_/api/aws/kinesis/', {
          method: 'POST',
          headers: {
            'x-amz-target': 'Kinesis_20131202.PutRecords',
            'content-type': 'application/x-amz-json-1.1',
          },
          body: JSON.stringify({
            StreamName: 'wildrydes',
            Records: part.map((text, i) => ({ Data: bytes(text), PartitionKey: String(i) })),
          }),
        });
        return answer.ok ? '' : await answer.text();
      },
      data.slice(at, at + 500),
    );
    expect(refused).toBe('');
  }
}

async function call(page: Page, target: string, input: object): Promise<number> {
  return page.evaluate(
    async ([name, body]) =>
      (
        await fetch('/_/api/aws/kinesis/', {
          method: 'POST',
          headers: {
            'x-amz-target': `Kinesis_20131202.${name}`,
            'content-type': 'application/x-amz-json-1.1',
          },
          body,
        })
      ).status,
    [target, JSON.stringify(input)] as const,
  );
}

async function makeStream(page: Page): Promise<void> {
  expect(await call(page, 'CreateStream', { StreamName: 'wildrydes', ShardCount: 1 })).toBe(200);
  // Until it is ACTIVE, and the server's own reader has found it.
  await page.waitForTimeout(1_200);
}

/** The map reads from the server's feed. */
async function chooseFeed(page: Page): Promise<void> {
  await page.addInitScript(() => {
    localStorage.setItem(
      'wildrydes.dashboard',
      JSON.stringify({ identityPoolId: '', streamName: '', source: 'feed' }),
    );
  });
}

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((it) => `${it.id} ${it.nodes.map((node) => node.target).join()}`)).toEqual(
    [],
  );
}

const openBell = (page: Page) => page.getByRole('button', { name: /^Alerts/ }).click();

test('an alert opens with the first bad reading and is over after three good ones', async ({
  page,
  server,
}) => {
  const url = await server.start('--port', '0');
  await watch(page, url);
  await makeStream(page);
  await put(page, [{ Name: 'Binky', HealthPoints: 99 }]);
  await expect(page).toHaveTitle(/^\(1\) /);
  await openBell(page);
  const row = page.locator('.alert-row');
  await expect(row).toContainText('Binky');
  for (let i = 0; i < 2; i++) await put(page, [{ Name: 'Binky', HealthPoints: 101 }]);
  await page.waitForTimeout(2_500);
  await expect(page).toHaveTitle(/^\(1\) /);
  await put(page, [{ Name: 'Binky', HealthPoints: 101 }]);
  await expect(page).not.toHaveTitle(/^\(/);
  await page.locator('.alert-group summary').click();
  await expect(row).toContainText('over');
});

test('alerts are acknowledged one by one and all at once, and the count follows', async ({
  page,
  server,
}) => {
  const url = await server.start('--port', '0');
  await chooseFeed(page);
  await watch(page, url);
  await makeStream(page);
  await put(
    page,
    ['Arion', 'Binky', 'Grani'].map((Name) => ({ Name, HealthPoints: 40 })),
  );
  await expect(page.locator('.bell-count')).toHaveText('3');
  await openBell(page);
  await expectNoViolation(page);
  await page.getByRole('button', { name: 'Acknowledge Binky' }).click();
  await expect(page.locator('.bell-count')).toHaveText('2');
  await page.locator('.alert-show', { hasText: 'Arion' }).click();
  await expect(page.locator('.card-alert')).toContainText('Health points below 100');
  await page.locator('.card-alert').getByRole('button', { name: 'Acknowledge' }).click();
  await expect(page.locator('.card-alert')).toContainText('seen');
  await page.getByRole('button', { name: 'Acknowledge all' }).first().click();
  await expect(page.locator('.bell-count')).toHaveCount(0);
  await expect(page.locator('.alert-row.closed')).toHaveCount(3);
});

test('rules of the pipeline that were removed can be added again', async ({ page, server }) => {
  const url = await server.start('--port', '0');
  await watch(page, url);
  await page.getByRole('button', { name: /^Alerts/ }).click();
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Alert rules' });
  const rules = dialog.locator('.rule');
  const save = async () => {
    await dialog.getByRole('button', { name: 'Save the rules' }).click();
    await expect(dialog.locator('.saved')).toBeVisible();
  };
  await expect(rules).toHaveCount(7);
  await expect(dialog.getByRole('button', { name: 'Function fails', exact: true })).toHaveCount(0);
  for (const name of ['A consumer behind by 60', 'A function fails', 'A delivery fails'])
    await dialog.getByRole('button', { name: `Remove the rule: ${name}` }).click();
  await save();
  for (const name of ['Consumer behind by', 'Function fails', 'Delivery fails'])
    await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.getByLabel('A consumer behind by, seconds').fill('90');
  await save();
  const kept = await page.evaluate(async () => {
    const answer = await fetch('/_/api/alerts');
    return ((await answer.json()) as { rules: { kind: string; threshold: number }[] }).rules;
  });
  expect(kept.map(({ kind, threshold }) => [kind, threshold]).slice(4)).toEqual([
    ['iterator-age', 90],
    ['function-errors', 0],
    ['delivery-failures', 0],
  ]);
});

test('the live feed comes as often as it was set', async ({ page, server }) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  const settings = page.getByRole('button', { name: 'Configure the dashboard' }).first();
  const set = async (perSecond: string) => {
    await settings.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('How the map reads it').selectOption('feed');
    await dialog.getByLabel("How often the server's feed comes").selectOption(perSecond);
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(dialog).toHaveCount(0);
  };
  // A hundred messages: the time that they take says how often they come, on any machine.
  const millisOf = async (messages: number) => {
    const count = () =>
      page.evaluate(
        () => (window as unknown as { __fleet: { feedMessages: number } }).__fleet.feedMessages,
      );
    const [began, first] = [Date.now(), await count()];
    await expect.poll(count, { intervals: [50] }).toBeGreaterThanOrEqual(first + messages);
    return Date.now() - began;
  };
  await set('10');
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live');
  // At one a second they would take thirty.
  expect(await millisOf(30)).toBeLessThan(15_000);
  await set('1');
  expect(await millisOf(8)).toBeGreaterThan(5_000);
});

test('rules and acknowledged alerts are kept over a restart, the webhook sends what opens', async ({
  page,
  server,
  listener,
}) => {
  const host = await listener.listen();
  const url = await server.start('--port', '0', '--webhook-allow', host);
  await watch(page, url);
  await makeStream(page);
  await openBell(page);
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Alert rules' });
  await dialog.getByLabel('Health below, points').fill('50');
  await dialog.getByRole('button', { name: 'Silent for', exact: true }).click();
  await dialog.getByRole('button', { name: 'Save the rules' }).click();
  await expect(dialog.getByText('Saved')).toBeVisible();
  await dialog.getByLabel('Address').fill('http://169.254.169.254/latest/');
  await dialog.getByLabel('send', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Save the webhook' }).click();
  await expect(dialog.getByRole('alert')).toContainText('may not send to 169.254.169.254');
  await dialog.getByLabel('Address').fill(`http://${host}/hook`);
  await dialog.getByRole('button', { name: 'Save the webhook' }).click();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await expectNoViolation(page);
  await dialog.getByRole('button', { name: 'Send a trial' }).click();
  await expect.poll(() => listener.posted.length).toBe(1);
  await page.keyboard.press('Escape');

  await put(page, [
    { Name: 'Arion', HealthPoints: 60 },
    { Name: 'Binky', HealthPoints: 49 },
  ]);
  await expect(page.locator('.bell-count')).toHaveText('1');
  await expect.poll(() => listener.posted.flatMap((it) => it.events).length).toBe(2);
  expect(listener.posted.at(-1)!.events[0]).toMatchObject({
    event: 'open',
    subject: 'Binky',
    title: 'Health points below 50',
  });
  await page.getByRole('button', { name: 'Acknowledge Binky' }).click();
  await expect(page.locator('.bell-count')).toHaveCount(0);

  await server.stop();
  await server.start('--port', new URL(url).port, '--webhook-allow', host);
  await page.waitForTimeout(2_500);
  await put(page, [{ Name: 'Binky', HealthPoints: 48 }]);
  await page.waitForTimeout(3_000);
  await expect(page.locator('.bell-count')).toHaveCount(0);
  await expect(page.locator('.alert-row')).toContainText('seen');
});

test('without leave of the operator the server sends nowhere', async ({ page, server }) => {
  const url = await server.start('--port', '0');
  await watch(page, url);
  const status = await page.evaluate(
    async () =>
      (
        await fetch('/_/api/alerts/webhook', {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ url: 'http://127.0.0.1:9/', enabled: true }),
        })
      ).status,
  );
  expect(status).toBe(400);
  await openBell(page);
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  await expect(page.getByRole('dialog')).toContainText('--webhook-allow');
});

test('the live feed shows the newest of each unicorn and comes back after a restart', async ({
  page,
  server,
}) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await chooseFeed(page);
  const { calls, errors } = await watch(page, url);
  await unicorns(page, 25);
  expect(await hook(page, 'source')).toBe('feed');
  // The console reads the past of the trails once; a guest, who signs, reads nothing.
  const signed = calls.filter(({ headers }) => headers['authorization'] !== undefined);
  expect(signed.filter(({ operation }) => operation === 'GetRecords')).toEqual([]);
  const before = new Map((await positions(page)).map((one) => [one.name, one]));
  await page.waitForTimeout(3_000);
  const moved = (await positions(page)).filter(
    ({ name, lat, lon }) => before.get(name)!.lat !== lat || before.get(name)!.lon !== lon,
  );
  expect(moved.length).toBeGreaterThan(20);
  await expect(page.locator('[data-badge]')).toHaveText(/^LIVE \d+\/s/);
  await server.stop();
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'reconnecting');
  await server.start('--demo', '--port', new URL(url).port);
  await server.printed(/^ *Demo /m);
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live', {
    timeout: 60_000,
  });
  expect(errors).toEqual([]);
});

test('a page of elsewhere, or without the session, gets no feed', async ({ page, server }) => {
  const url = await server.start('--port', '0');
  const { origin } = new URL(url);
  const upgrade = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const stranger = await page.request.get(`${origin}/_/api/live`, { headers: upgrade });
  expect(stranger.status()).toBe(401);
  await watch(page, url);
  const foreign = await page.request.get(`${origin}/_/api/live`, {
    headers: { ...upgrade, origin: 'http://evil.example' },
  });
  expect(foreign.status()).toBe(403);
});

test('a moment of the past is replayed with an honest badge, and one key is live again', async ({
  page,
  server,
}) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  const { errors } = await watch(page, url);
  await unicorns(page, 25);
  await page.waitForTimeout(12_000);
  const now = (await positions(page)).find(({ name }) => name === 'Shadowfax')!;
  await page.keyboard.press('r');
  const slider = page.getByRole('slider', { name: /^Time/ });
  await expect(slider).toBeFocused();
  await page.waitForTimeout(1_500);
  // To the left end, where the stream begins.
  await page.keyboard.press('Home');
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'replay');
  await expect(page.locator('[data-badge]')).toHaveText(/^REPLAY .*\d\d:\d\d:\d\d ×1$/);
  await page.getByRole('button', { name: '×10' }).click();
  await expect.poll(() => hook(page, 'onMap'), { timeout: 20_000 }).toBe(25);
  const was = (await positions(page)).find(({ name }) => name === 'Shadowfax')!;
  const away = (one: { lat: number; lon: number }) =>
    Math.hypot(one.lat - 40.749167, (one.lon + 73.985184) * 0.76);
  expect(away(was)).toBeLessThan(away(now));
  await expectNoViolation(page);
  await page.locator('.map-panel').click({ position: { x: 500, y: 120 } });
  await page.keyboard.press('l');
  await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live');
  expect(errors).toEqual([]);
});

test('hostile records break nothing and run nothing: names, sizes, no JSON, ten thousand alerts', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const url = await server.start('--port', '0');
  await chooseFeed(page);
  const { errors, foreign } = await watch(page, url);
  await makeStream(page);
  const names = [
    '<img src=x onerror="window.__hacked=1">',
    '"><script>window.__hacked=1</script>',
    '\u202eevil\u0000name',
    'A'.repeat(250),
    '{{7*7}} ${alert(1)}',
  ];
  await put(page, [
    ...names.map((Name) => ({ Name, HealthPoints: 1 })),
    'not json',
    '[]',
    '{"Name":5,"Latitude":1,"Longitude":1}',
    '\u0000\uffff',
  ]);
  await put(page, ['x'.repeat(1_000_000)]);
  await put(page, [JSON.stringify({ Name: 'y'.repeat(900_000), Latitude: 1, Longitude: 1 })]);
  await unicorns(page, names.length);
  await expect(page.locator('.bell-count')).toHaveText('5');
  await openBell(page);
  await expect(page.locator('.alert-group')).toContainText('<img src=x');
  await expect(page.locator('.alert-group')).toContainText('\ufffdevil\ufffdname');
  await page.locator('.alert-show').first().click();
  await expect(page.locator('.card h2')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('<img');
  await expect(page.locator('#found').getByRole('option').first()).toContainText('<img src=x');
  await page.keyboard.press('Enter');
  await expect(page.locator('.card h2')).toContainText('<img src=x');
  await page.getByRole('button', { name: 'Record' }).click();
  await expect(page.getByRole('dialog')).toContainText('window.__hacked=1');
  await page.keyboard.press('Escape');

  for (const part of [0, 1]) {
    await put(
      page,
      Array.from({ length: 5_000 }, (_, i) => ({
        Name: `unicorn-${part * 5_000 + i}`,
        HealthPoints: 99 - (i % 50),
      })),
    );
  }
  await expect.poll(() => hook(page, 'openAlerts'), { timeout: 60_000 }).toBe(10_005);
  await expect(page.locator('.bell-count')).toHaveText('999+');
  await openBell(page);
  await expect(page.locator('.alert-group .count')).toHaveText('10,005');
  await expect(page.locator('.alert-group')).toContainText('and 9,905 more');
  await expect.poll(() => hook(page, 'onMap')).toBeGreaterThan(9_000);
  await page.getByRole('button', { name: /^Acknowledge all 10,005/ }).click();
  await expect(page.locator('.bell-count')).toHaveCount(0);
  await page.goto(`${new URL(url).origin}/_/pipeline?node=stream:wildrydes`);
  await page.waitForTimeout(2_000);
  await put(page, [names[0]!, 'x'.repeat(1_000_000)]);
  await expect(page.locator('.tail-row').first()).toBeVisible();
  await page.locator('.tail-row').first().click();
  expect(
    await page.evaluate(() => (window as unknown as { __hacked?: number }).__hacked),
  ).toBeUndefined();
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});

test('a clock that jumps stops neither the map nor the signatures', async ({ page, server }) => {
  const url = await server.start('--demo', '--port', '0');
  await server.printed(/^ *Demo /m);
  await watch(page, url);
  await unicorns(page, 25);
  for (const days of [2, -2]) {
    await page.evaluate((millis) => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + millis;
      // The constructor without arguments follows it.
      window.Date = new Proxy(Date, {
        construct: (target, input: []) =>
          input.length === 0 ? new target(Date.now()) : new target(...input),
      });
    }, days * 86_400_000);
    await page.waitForTimeout(12_000);
    await expect(page.locator('[data-badge]')).toHaveAttribute('data-badge', 'live', {
      timeout: 30_000,
    });
    expect(await hook(page, 'onMap')).toBe(25);
  }
});
