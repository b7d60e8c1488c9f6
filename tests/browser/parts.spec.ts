// Every part of the pipeline, with a real server behind it: the one detail with its four views, what a
// SQL application tells beside its code, rates on the edges, empty places.
import type { Page } from '@playwright/test';
import { expect } from './console';
import { ask, expectNoViolation, open, pictures, test } from './demo';

const account = '123456789012';
const parts = [
  'stream:wildrydes',
  'application:wildrydes',
  'function:WildRydesVitalsAlert',
  'table:UnicornAlerts',
  'delivery:wildrydes',
  `bucket:wildrydes-data-${account}`,
  'archive:wildrydes',
  'viewers:wildrydes',
];

test('every part has live data, metrics, its settings and its commands', async ({
  page,
  demo,
}, info) => {
  test.setTimeout(360_000);
  const { errors, foreign } = await open(page, demo, 'pipeline');
  const goTo = async (part: string, tab: string) => {
    const { origin } = new URL(demo);
    await page.goto(`${origin}/_/pipeline?node=${encodeURIComponent(part)}&tab=${tab}`);
    await expect(page.locator('.detail-head')).toBeVisible();
  };
  for (const part of parts) {
    await goTo(part, 'metrics');
    const tabs = page.locator('.detail > .tabs [role=tab]');
    // An application has one tab for each of its streams instead.
    const live = part.startsWith('application') ? 'SOURCE_SQL_STREAM_001' : 'Live data';
    for (const name of [live, 'Metrics', 'Config', 'CLI'])
      await expect(tabs.filter({ hasText: new RegExp(`^${name}$`) })).toHaveCount(1);
    await expect(page.locator('.chart').first()).toBeVisible();
    await expect(page.locator('.chart').first()).not.toContainText('–', { timeout: 90_000 });
    await expectNoViolation(page);
    await page.screenshot({ path: info.outputPath(`${part.replace(':', '-')}.png`) });
  }
  await goTo('archive:wildrydes', 'live');
  const rows = page.getByRole('region', { name: 'Rows of the archive' }).locator('tbody tr');
  // The first object is written when the buffer is a minute old.
  await expect(async () => {
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(rows).toHaveCount(50, { timeout: 5_000 });
  }).toPass({ timeout: 120_000 });
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`archive-${name}`));
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});

test('what a guest asked stands in the live data of the guests', async ({ page, demo }, info) => {
  const { errors } = await open(page, demo, 'pipeline?node=viewers:wildrydes');
  await expect(page.locator('.detail')).toContainText('Guests that have been here');
  const cognito = (operation: string, input: object) =>
    ask(page, 'cognito-identity', `AWSCognitoIdentityService.${operation}`, input);
  const { IdentityPools } = await cognito('ListIdentityPools', { MaxResults: 60 });
  const [pool] = IdentityPools as { IdentityPoolId: string }[];
  const { IdentityPoolId } = pool!;
  await cognito('GetId', { IdentityPoolId });
  // The map that was open before may have come as one more.
  await expect(async () => {
    const { Identities } = await cognito('ListIdentities', { IdentityPoolId, MaxResults: 60 });
    const count = (Identities as unknown[]).length;
    // One answer holds sixty; every page that a test opened was a guest.
    await expect(page.locator('.facts dd').first()).toHaveText(
      count === 60 ? '60 or more' : String(count),
      { timeout: 5_000 },
    );
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('.facts dd').first()).toHaveText(/^[1-9]/);
  // The map asks as one.
  const map = await page.context().newPage();
  await map.goto(`${new URL(demo).origin}/_/fleet`);
  await expect(page.locator('table.plain')).toContainText('kinesis.GetRecords');
  await map.close();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  expect(errors).toEqual([]);
});

const application = 'wildrydes-vitals';

interface Described {
  ApplicationVersionId: number;
  ApplicationConfigurationDescription: {
    SqlApplicationConfigurationDescription: {
      InputDescriptions: {
        InputId: string;
        InputSchema: { RecordColumns: { Name: string; SqlType: string }[] };
      }[];
    };
  };
}

const analytics = (page: Page, operation: string, input: object) =>
  ask(page, 'kinesisanalytics', `KinesisAnalytics_20180523.${operation}`, {
    ApplicationName: application,
    ...input,
  });

async function describe(page: Page) {
  const { ApplicationDetail } = await analytics(page, 'DescribeApplication', {});
  const it = ApplicationDetail as Described;
  const [input] =
    it.ApplicationConfigurationDescription.SqlApplicationConfigurationDescription.InputDescriptions;
  return { version: it.ApplicationVersionId, input: input! };
}

test('a discovered schema is compared with that of the input, and taken over', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'pipeline');
  const typeOf = async (name: string) =>
    (await describe(page)).input.InputSchema.RecordColumns.find((it) => it.Name === name)?.SqlType;
  const { version, input } = await describe(page);
  const [health] = input.InputSchema.RecordColumns.filter((it) => it.Name === 'HealthPoints');
  expect(health!.SqlType).toBe('INTEGER');
  await analytics(page, 'UpdateApplication', {
    CurrentApplicationVersionId: version,
    ApplicationConfigurationUpdate: {
      SqlApplicationConfigurationUpdate: {
        InputUpdates: [
          {
            InputId: input.InputId,
            InputSchemaUpdate: {
              RecordColumnUpdates: input.InputSchema.RecordColumns.map((it) =>
                it === health ? { ...it, SqlType: 'SMALLINT' } : it,
              ),
            },
          },
        ],
      },
    },
  });
  await page.goto(`${new URL(demo).origin}/_/pipeline?node=application:${application}&tab=config`);
  const schema = page.getByRole('region', { name: 'Schema of SOURCE_SQL_STREAM_001' });
  await expect(schema).toContainText('SMALLINT');
  await schema.getByRole('button', { name: 'Discover schema' }).click();
  const proposal = schema.getByRole('table', { name: 'Discovered schema' });
  await expect(proposal.getByRole('row', { name: /HealthPoints/ })).toContainText(
    /INTEGER.*changes, now SMALLINT/,
  );
  await expect(proposal.getByRole('row', { name: /MagicPoints/ })).toContainText('as it is');
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`schema-${name}`));
  await schema.getByRole('button', { name: 'Use this schema' }).click();
  await expect(schema).toContainText('The input has the schema now');
  await expect(schema).not.toContainText('SMALLINT');
  expect(await typeOf('HealthPoints')).toBe('INTEGER');
  await schema.getByRole('button', { name: 'Discover schema' }).click();
  await expect(schema).toContainText('the schema is the one that the input has');
  expect(errors).toEqual([]);
});

test('beside the SQL stands how far its time is, what its pumps do and what is open', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'pipeline?node=application:wildrydes');
  const status = page.getByRole('complementary', { name: 'Status' });
  await expect(status).toContainText(/ROWTIME\s*\d\d:\d\d:\d\d UTC, [\d.]+ s ago/);
  await expect(status).toContainText(/Behind the source\s*[\d.]+ s/);
  const windows = status.getByRole('list', { name: 'Open windows' });
  await expect(windows).toContainText(/rows in \d+ s\s*began \d\d:\d\d:00 UTC/);
  const pumps = status.getByRole('list', { name: 'Pumps' });
  await expect(pumps).toContainText(/read into SOURCE_SQL_STREAM_001\s*[1-9]\d*\/s/);
  await expect(pumps).toContainText(/STREAM_PUMP into DESTINATION_SQL_STREAM/);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`status-${name}`));
  await page.getByRole('tab', { name: 'SOURCE_SQL_STREAM_001' }).click();
  await expect(status).toContainText('ROWTIME');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`phone-${name}`));
  expect(errors).toEqual([]);
});

test("a stream's fan-out consumers stand in its config, with their state and ARN", async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'pipeline?node=stream:wildrydes-vitals&tab=config');
  const kinesis = (operation: string, input: object) =>
    ask(page, 'kinesis', `Kinesis_20131202.${operation}`, input);
  const consumers = page.getByRole('region', { name: 'Fan-out consumers' });
  await expect(consumers).toContainText('aws kinesis register-stream-consumer');
  const StreamARN = `arn:aws:kinesis:us-east-1:${account}:stream/wildrydes-vitals`;
  await kinesis('RegisterStreamConsumer', { StreamARN, ConsumerName: 'dashboard' });
  try {
    const row = consumers.locator('tbody tr');
    await expect(row).toContainText(/dashboard\s*ACTIVE/);
    await expect(row).toContainText(`${StreamARN}/consumer/dashboard:`);
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(name));
    expect(errors).toEqual([]);
  } finally {
    await kinesis('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'dashboard' });
  }
});

test('an edge into a table or a bucket says how much more there is each minute', async ({
  page,
  demo,
}, info) => {
  test.setTimeout(240_000);
  const { errors } = await open(page, demo, 'pipeline');
  const growing = page.locator('.edge-rate', { hasText: /^\+[\d.,]+\/(s|min)$/ });
  // A window and a buffer are a minute long each: both are seen within two.
  await expect(growing).not.toHaveCount(0, { timeout: 150_000 });
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  expect(errors).toEqual([]);
});

test('what is empty says why, and what fills it', async ({ page, demo }, info) => {
  const { errors } = await open(page, demo, 'pipeline');
  const { origin } = new URL(demo);
  const made = 'empty-in-the-page';
  const dynamodb = (operation: string, input: object) =>
    ask(page, 'dynamodb', `DynamoDB_20120810.${operation}`, { TableName: made, ...input });
  const s3 = (method: string) =>
    page.evaluate(async ([verb, path]) => (await fetch(path!, { method: verb! })).status, [
      method,
      `/_/api/aws/s3/${made}`,
    ] as const);
  await dynamodb('CreateTable', {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'Ride', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'Ride', KeyType: 'HASH' }],
  });
  await s3('PUT');
  try {
    const detail = page.locator('.detail');
    await page.goto(`${origin}/_/pipeline?node=table:${made}`);
    await expect(detail).toContainText(
      `aws dynamodb put-item --table-name ${made} --item '{"Ride":{"N":"1"}}'`,
    );
    await expectNoViolation(page);
    await page.goto(`${origin}/_/pipeline?node=bucket:${made}`);
    await expect(detail).toContainText(`aws s3 cp rides.json s3://${made}/`);
    await expectNoViolation(page);
    // A stream that a window writes says when: at the turn of a minute it has rows instead.
    await expect(async () => {
      await page.goto(`${origin}/_/pipeline?node=stream:wildrydes-summary`);
      await expect(page.locator('.tail-empty')).toContainText(
        /wildrydes writes its rows when its window closes, in \d+ s.*aws kinesis put-record/,
        { timeout: 10_000 },
      );
    }).toPass({ timeout: 60_000 });
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(name));
    expect(errors).toEqual([]);
  } finally {
    await dynamodb('DeleteTable', {});
    await s3('DELETE');
  }
});
