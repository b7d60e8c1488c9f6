// Users, keys and policies are made, changed and deleted in the page, and the server acts on them.
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect } from './console';
import { expectNoViolation, open, pictures, test } from './demo';

async function dialogGone(page: Page): Promise<void> {
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** GetUser and the like, asked by the page with the server's own rights. */
function iam(page: Page, form: Record<string, string>): Promise<number> {
  return page.evaluate(
    async (body) => {
      const answer = await fetch('/_/api/aws/iam/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      return answer.status;
    },
    new URLSearchParams({ Version: '2010-05-08', ...form }).toString(),
  );
}

/** What a request that is signed with a key is told: 200, or why not. */
function listStreams(demo: string, id: string, secret: string): string {
  const script = `
import hashlib, hmac, datetime, sys, urllib.request, urllib.error
url, key, secret = sys.argv[1:4]
now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
host = url.split('//')[1]
body = b'{}'
target = 'Kinesis_20131202.ListStreams'
names = 'content-type;host;x-amz-date;x-amz-target'
head = f'content-type:application/x-amz-json-1.1\\nhost:{host}\\nx-amz-date:{now}\\nx-amz-target:{target}\\n'
text = f'POST\\n/\\n\\n{head}\\n{names}\\n' + hashlib.sha256(body).hexdigest()
scope = f'{now[:8]}/us-east-1/kinesis/aws4_request'
sign = f'AWS4-HMAC-SHA256\\n{now}\\n{scope}\\n' + hashlib.sha256(text.encode()).hexdigest()
k = ('AWS4' + secret).encode()
for part in [now[:8], 'us-east-1', 'kinesis', 'aws4_request']:
    k = hmac.new(k, part.encode(), hashlib.sha256).digest()
mac = hmac.new(k, sign.encode(), hashlib.sha256).hexdigest()
request = urllib.request.Request(url + '/', body, {
    'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Date': now, 'X-Amz-Target': target,
    'Authorization': f'AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={mac}'})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    print(opener.open(request).status)
except urllib.error.HTTPError as error:
    print(error.read().decode())
`;
  const given = ['-c', script, new URL(demo).origin, id, secret];
  return execFileSync('python3', given, { encoding: 'utf8' }).trim();
}

test('a user gets a key, a policy where it was refused, and is deleted again', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'access');
  const user = 'Wilma.Access';
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog');
  // AWS's own words on what is wrong.
  await dialog.getByLabel('Name').fill('not a name!');
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(dialog.getByRole('alert')).toContainText('ValidationError');
  await dialog.getByLabel('Name').fill(user);
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await dialogGone(page);
  const card = page.locator('.identity', { hasText: user });
  await expect(card).toContainText('may do nothing: it has no policy');

  // A key, whose secret is told once.
  await card.getByRole('button', { name: `Create key for user ${user}` }).click();
  await expect(dialog).toContainText('The secret is shown once');
  // A click beside it takes nothing away.
  await page.mouse.click(4, 400);
  await expect(dialog).toContainText('The secret is shown once');
  const [id, secret] = await dialog.locator('.command code').allInnerTexts();
  expect(id).toMatch(/^AKIA/);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`key-${name}`));
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await dialogGone(page);
  await expect(card.locator('.access-keys')).toContainText(id!);
  expect(await page.content()).not.toContain(secret);

  // Refused, and by its denial allowed.
  expect(listStreams(demo, id!, secret!)).toContain(
    'not authorized to perform: kinesis:ListStreams',
  );
  const denial = page
    .getByRole('region', { name: 'Refused lately' })
    .locator('li', { hasText: user });
  await denial.getByRole('button', { name: 'Add to a policy' }).click();
  const text = dialog.getByLabel('Policy as JSON');
  await expect(text).toHaveValue(/kinesis:ListStreams/);
  const says = dialog.getByRole('status', { name: 'What it says' });
  await expect(says).toContainText('may list all of Kinesis');
  const whole = await text.inputValue();
  await text.fill(whole.replace('kinesis:ListStreams', 'kinesis:Put*'));
  await expect(says).toContainText('may write all of Kinesis');
  await page.mouse.click(4, 400);
  await expect(text).toHaveValue(/kinesis:Put/);
  await text.fill(whole.slice(0, -3));
  await expect(says).toContainText('Not a policy yet');
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await expect(dialog.getByRole('alert')).toContainText('MalformedPolicyDocument');
  await expectNoViolation(page);
  await text.fill(whole);
  await pictures(page, (name) => info.outputPath(`policy-${name}`));
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await dialog.evaluate((it) => it.getBoundingClientRect().right);
  expect(wide).toBeLessThanOrEqual(390);
  await pictures(page, (name) => info.outputPath(`policy-phone-${name}`));
  await page.setViewportSize({ width: 1280, height: 800 });
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await dialogGone(page);
  await expect(card).toContainText('may list all of Kinesis');
  expect(listStreams(demo, id!, secret!)).toBe('200');

  // Edited, and a managed one attached and detached.
  await card.locator('.policy summary').click();
  await card.getByRole('button', { name: /^Edit policy/ }).click();
  await expect(dialog.getByLabel('Name')).toBeDisabled();
  await text.fill(whole.replace('"Allow"', '"Deny"'));
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await dialogGone(page);
  await expect(card).toContainText('must not list all of Kinesis');
  await card.getByRole('button', { name: `Attach policy to user ${user}` }).click();
  await dialog.getByLabel('Managed policy').selectOption({ label: 'AmazonS3ReadOnlyAccess' });
  await dialog.getByRole('button', { name: 'Attach', exact: true }).click();
  await dialogGone(page);
  const attached = card.locator('.policy', { hasText: 'AmazonS3ReadOnlyAccess' });
  await attached.locator('summary').click();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`page-${name}`));
  await attached.getByRole('button', { name: /^Detach/ }).click();
  await dialog.getByRole('button', { name: 'Detach policy' }).click();
  await dialogGone(page);
  await expect(attached).toHaveCount(0);

  // Deactivated, and deleted with what hangs on it.
  await card.getByRole('button', { name: `Deactivate key ${id}` }).click();
  await expect(card.locator('.access-keys')).toContainText('inactive');
  expect(listStreams(demo, id!, secret!)).not.toBe('200');
  await card.getByRole('button', { name: `Delete user ${user}` }).click();
  await expect(dialog).toContainText('1 policy');
  await expect(dialog).toContainText('1 key');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialogGone(page);
  expect(await iam(page, { Action: 'GetUser', UserName: user })).toBe(200);
  await card.getByRole('button', { name: `Delete user ${user}` }).click();
  await dialog.getByRole('button', { name: 'Delete user' }).click();
  await dialogGone(page);
  await expect(card).toHaveCount(0);
  expect(await iam(page, { Action: 'GetUser', UserName: user })).toBe(404);
  expect(errors).toEqual([]);
});
