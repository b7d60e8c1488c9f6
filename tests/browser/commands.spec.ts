// The commands that the feed shows, pasted into a shell with the real AWS CLI: one for each protocol,
// and the keys of the feed.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expect } from './console';
import { ask, askLambda, expectNoViolation, open, pictures, test } from './demo';

const run = promisify(execFile);

/** The answer of an action of IAM. */
function iam(page: Page, form: Record<string, string>): Promise<string> {
  return page.evaluate(
    async (body) => {
      const answer = await fetch('/_/api/aws/iam/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      return answer.text();
    },
    new URLSearchParams({ Version: '2010-05-08', ...form }).toString(),
  );
}

/** A user who may do everything, for the shell. */
async function environment(page: Page, demo: string): Promise<NodeJS.ProcessEnv> {
  const UserName = 'pastes-commands';
  await iam(page, { Action: 'CreateUser', UserName });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam(page, { Action: 'AttachUserPolicy', UserName, PolicyArn });
  const key = await iam(page, { Action: 'CreateAccessKey', UserName });
  const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(key)![1]!;
  return {
    ...process.env,
    AWS_ENDPOINT_URL: new URL(demo).origin,
    AWS_ACCESS_KEY_ID: part('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: part('SecretAccessKey'),
    AWS_SESSION_TOKEN: '',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1,localhost',
  };
}

/** What the page offers for the newest entry of an operation. */
async function shown(page: Page, operation: string, holds: string): Promise<string> {
  await page.getByLabel('Filter the feed').fill(operation);
  const record = page.getByRole('complementary', { name: 'Entry' });
  const what = page.locator('.feed-what', { hasText: new RegExp(`\\.${operation}( |$)`) });
  // Under the pointer the list stands still until the feed is read again.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await what.first().click();
    await expect(record).toContainText(holds, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  const cli = record.getByRole('button', { name: 'AWS CLI 1' });
  if (await cli.isVisible()) await cli.click();
  return record.locator('.command code').first().innerText();
}

test('a command of the feed works as it is pasted, in each protocol', async ({
  page,
  demo,
}, info) => {
  // `make setup-test` installs it; without it nothing would be shown.
  expect((await run('aws', ['--version'])).stdout).toMatch(/^aws-cli\/1\./);
  await open(page, demo, 'activity');
  const env = await environment(page, demo);
  const cwd = info.outputPath('pasted');
  mkdirSync(cwd, { recursive: true });
  const paste = async (command: string) => (await run('sh', ['-c', command], { env, cwd })).stdout;
  await page.getByLabel("this console's own").check();
  await page.getByLabel('routine traffic').check();

  // JSON, with binary data that is text.
  await ask(page, 'kinesis', 'Kinesis_20131202.PutRecord', {
    StreamName: 'wildrydes-vitals',
    PartitionKey: "it's",
    Data: Buffer.from('{"pasted": "once"}').toString('base64'),
  });
  const put = await shown(page, 'PutRecord', "it's");
  expect(put).toContain('"pasted');
  const { SequenceNumber, ShardId } = JSON.parse(await paste(put)) as Record<string, string>;
  const { ShardIterator } = await ask(page, 'kinesis', 'Kinesis_20131202.GetShardIterator', {
    StreamName: 'wildrydes-vitals',
    ShardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    StartingSequenceNumber: SequenceNumber,
  });
  const got = (await ask(page, 'kinesis', 'Kinesis_20131202.GetRecords', {
    ShardIterator,
    Limit: 1,
  })) as { Records: { Data: string; PartitionKey: string }[] };
  expect(got.Records[0]!.PartitionKey).toBe("it's");
  expect(Buffer.from(got.Records[0]!.Data, 'base64').toString()).toBe('{"pasted": "once"}');

  // REST with JSON.
  await askLambda(page, 'POST', '/WildRydesVitalsAlert/invocations', {
    Records: [],
    why: "it's pasted",
  });
  const invoke = await shown(page, 'Invoke', "it's pasted");
  expect(await paste(invoke)).toContain('"StatusCode": 200');

  // REST with XML.
  const bucket = 'seen-and-pasted';
  await page.evaluate((name) => fetch(`/_/api/aws/s3/${name}`, { method: 'PUT' }), bucket);
  await page.evaluate(
    (name) => fetch(`/_/api/aws/s3/${name}/a%20key/o.txt`, { method: 'PUT', body: 'an object' }),
    bucket,
  );
  await page.evaluate((name) => fetch(`/_/api/aws/s3/${name}/a%20key/o.txt`), bucket);
  const get = await shown(page, 'GetObject', bucket);
  expect(await paste(`${get} && cat o.txt`)).toMatch(/an object$/);

  // Query, with a document.
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ],
  });
  const RoleName = 'seen-and-pasted';
  const role = { RoleName, AssumeRolePolicyDocument: document, Description: "it's -x" };
  await iam(page, { Action: 'CreateRole', ...role });
  const create = await shown(page, 'CreateRole', RoleName);
  await iam(page, { Action: 'DeleteRole', RoleName });
  await paste(create);
  const answer = await iam(page, { Action: 'GetRole', RoleName });
  expect(answer).toContain('lambda.amazonaws.com');
  expect(answer).toMatch(/it(&apos;|&#39;|')s -x/);
});

test('the feed is walked by keys, under names of its columns', async ({ page, demo }, info) => {
  await open(page, demo, 'activity');
  await page.getByLabel("this console's own").check();
  await page.getByLabel('routine traffic').check();
  const feed = page.getByRole('grid', { name: 'What happened, newest first' });
  await expect(feed.locator('.feed-row').nth(4)).toBeVisible();
  for (const name of ['Time', 'Who', 'What', 'Outcome', 'Took'])
    await expect(feed.getByRole('columnheader', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'JSONL' }).focus();
  await page.keyboard.press('Tab');
  await expect(feed.locator(':focus')).toHaveAttribute('role', 'gridcell');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.feed-row.on')).toHaveCount(1);
  const first = await page.locator('.feed-row.on').innerText();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.feed-row.on')).not.toHaveText(first);
  await expect(page.getByRole('complementary', { name: 'Entry' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(feed.locator('.feed-row.on .feed-who')).toBeFocused();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
});
