// What is changed in the details of the pipeline's parts, with a real server behind them: the code of
// a function, the items of a table.
import type { Page } from '@playwright/test';
import { emptyEntry, withContent, writeZip } from '../../web/src/pages/pipeline/detail/zip';
import { expect } from './console';
import { ask, askLambda, expectNoViolation, open, pictures, test } from './demo';

const functionName = 'ChangedInThePage';
const files: [string, string | Uint8Array<ArrayBuffer>][] = [
  [
    'index.mjs',
    "import { words } from './lib/words.mjs';\n\n" +
      '// The answer is all it does.\n' +
      'export const handler = async (event) => {\n' +
      '  return { words: words(event) };\n' +
      '};\n',
  ],
  ['lib/words.mjs', "export const words = () => 'as it was made';\n"],
  ['logo.png', new Uint8Array([137, 80, 78, 71, 0, 1, 2, 3])],
];

async function zipOf(list: typeof files): Promise<string> {
  const time = new Date(2026, 0, 2);
  const entries = await Promise.all(
    list.map(([path, content]) =>
      withContent(
        emptyEntry(path, time),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
        time,
      ),
    ),
  );
  return Buffer.from(writeZip(entries)).toString('base64');
}

async function makeFunction(page: Page): Promise<void> {
  const { Role } = await askLambda(page, 'GET', '/WildRydesVitalsAlert/configuration');
  await askLambda(page, 'POST', '/', {
    FunctionName: functionName,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role,
    Code: { ZipFile: await zipOf(files) },
  });
  await expect
    .poll(async () => (await askLambda(page, 'GET', `/${functionName}/configuration`))['State'])
    .toBe('Active');
}

async function invoke(page: Page) {
  await page.getByRole('tab', { name: 'Test event' }).click();
  await page.getByRole('button', { name: 'Invoke' }).click();
  return page.getByRole('region', { name: 'Result' });
}

test("a function's files are changed in the page, and the test event runs the new code", async ({
  page,
  demo,
}, info) => {
  const { errors, foreign } = await open(page, demo, 'pipeline');
  await makeFunction(page);
  try {
    await page.goto(`${new URL(demo).origin}/_/pipeline?node=function:${functionName}&tab=code`);
    const list = page.getByRole('group', { name: 'Files' });
    await expect(list.getByRole('button')).toHaveText(['index.mjs', 'lib/words.mjs', 'logo.png']);
    await expect(page.getByLabel('Code in index.mjs')).toHaveValue(files[0]![1] as string);
    await list.getByRole('button', { name: 'logo.png' }).click();
    await expect(page.locator('.code')).toContainText('It is no text');
    await list.getByRole('button', { name: 'lib/words.mjs' }).click();
    const code = page.getByLabel('Code in lib/words.mjs');
    await code.fill('export const words = (event) => {');
    await code.press('End');
    await code.pressSequentially('\n  const { name } = event;\nreturn `seen ${name}`;\n');
    // The second line begins where the first did.
    await expect(code).toHaveValue(/\n  return `seen \$\{name\}`;\n  $/);
    await code.press('Backspace');
    await code.press('Backspace');
    await code.pressSequentially('};');
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(name));

    // Not saved, it is not run, and not lost either.
    await expect(await invoke(page)).toContainText('as it was made');
    await page.getByRole('tab', { name: 'Code', exact: true }).click();
    await expect(list.getByRole('button', { name: 'lib/words.mjs' })).toContainText('•');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('the next invocation runs the new code')).toBeVisible();
    await page.getByRole('tab', { name: 'Test event' }).click();
    await page.getByRole('textbox', { name: 'Test event' }).fill('{"name":"Shadowfax"}');
    await expect(await invoke(page)).toContainText('seen Shadowfax');

    await page.getByRole('tab', { name: 'Code', exact: true }).click();
    await expect(page.getByLabel('Code in index.mjs')).toHaveValue(files[0]![1] as string);
    await page.getByLabel('Code in index.mjs').fill('export const handler = async () => 1;');
    // Somebody else is quicker: theirs is not overwritten.
    await askLambda(page, 'PUT', `/${functionName}/code`, {
      ZipFile: await zipOf([['index.mjs', 'export const handler = async () => 2;\n']]),
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.locator('.code .answer-error')).toContainText(/PreconditionFailedException/);
    await page.getByRole('button', { name: 'Undo changes' }).click();
    await page.getByRole('button', { name: 'Read the package again' }).click();
    await expect(page.getByLabel('Code in index.mjs')).toHaveValue(/=> 2;/);
    await expectNoViolation(page);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  } finally {
    await askLambda(page, 'DELETE', `/${functionName}`);
  }
});

const tableName = 'RidesSearchedInThePage';

async function makeTable(page: Page): Promise<void> {
  const dynamodb = (operation: string, input: object) =>
    ask(page, 'dynamodb', `DynamoDB_20120810.${operation}`, input);
  await dynamodb('CreateTable', {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['Name', 'Started', 'Town']
      .map((name) => ({ AttributeName: name, AttributeType: 'S' }))
      .concat({ AttributeName: 'Length', AttributeType: 'N' }),
    KeySchema: [
      { AttributeName: 'Name', KeyType: 'HASH' },
      { AttributeName: 'Started', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-town',
        KeySchema: [
          { AttributeName: 'Town', KeyType: 'HASH' },
          { AttributeName: 'Length', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-length',
        KeySchema: [
          { AttributeName: 'Name', KeyType: 'HASH' },
          { AttributeName: 'Length', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  await expect
    .poll(async () => {
      const answer = await dynamodb('DescribeTable', { TableName: tableName });
      return (answer['Table'] as { TableStatus: string }).TableStatus;
    })
    .toBe('ACTIVE');
  for (let batch = 0; batch < 24; batch++) {
    const puts = Array.from({ length: 25 }, (_, i) => {
      const ride = batch * 25 + i;
      return {
        PutRequest: {
          Item: {
            Name: { S: ['Shadowfax', 'Arion'][ride % 2] },
            Started: { S: `2026-11-23 ${String(ride).padStart(4, '0')}` },
            Town: { S: ['Edoras', 'Bree', 'Minas Tirith'][ride % 3] },
            Length: { N: String(ride) },
            Fare: { N: String(ride * 2.5) },
            Rider: { S: ride === 599 ? 'Gandalf' : 'somebody' },
          },
        },
      };
    });
    await dynamodb('BatchWriteItem', { RequestItems: { [tableName]: puts } });
  }
}

test('a table is searched by an index, by a filter, and the command is told', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'pipeline');
  await makeTable(page);
  try {
    await page.goto(`${new URL(demo).origin}/_/pipeline?node=table:${tableName}`);
    const found = page.locator('.search-form [role=status]');
    const rows = page.locator('table.items tbody tr');
    await expect(found).toHaveText('scanned 50, found 50, there is more');

    // A global index: another partition key, numbers as sort key, keys only.
    await page.getByLabel('Table or index').selectOption('by-town');
    await page.getByLabel('Town', { exact: true }).fill('Edoras');
    await page.getByLabel('How Length is compared').selectOption('between');
    await page.getByLabel('Length', { exact: true }).fill('9');
    await page.getByLabel('Length, to').fill('30');
    await page.getByRole('button', { name: 'Query' }).click();
    await expect(found).toHaveText('scanned 8, found 8');
    await expect(rows.first()).toContainText('30');
    await expect(page.locator('table.items th')).toHaveText(['Name', 'Started', 'Town', 'Length']);
    // Of an item that is opened all is there, not what the index holds.
    await rows.first().getByRole('button').click();
    await expect(page.getByLabel('Item as JSON')).toHaveValue(/"Fare": 75/);
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(`index-${name}`));
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    // A local index.
    await page.getByLabel('Table or index').selectOption('by-length');
    await page.getByLabel('Name', { exact: true }).fill('Arion');
    await page.getByLabel('How Length is compared').selectOption('>=');
    await page.getByLabel('Length', { exact: true }).fill('590');
    await page.getByRole('button', { name: 'Query' }).click();
    await expect(found).toHaveText('scanned 5, found 5');

    // A filter over the whole table: pages without a match are no answer.
    await page.getByLabel('Table or index').selectOption('');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Attribute').fill('Rider');
    await page.getByLabel('How it is compared').selectOption('begins with');
    await page.getByLabel('Value', { exact: true }).fill('Gand');
    await page.getByRole('button', { name: 'Scan' }).click();
    await expect(found).toHaveText('scanned 600, found 1');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('2026-11-23 0599');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Attribute').nth(1).fill('Fare');
    // What the items say of it: a number.
    await expect(page.getByLabel('What it is').nth(1)).toHaveValue('N');
    await page.getByLabel('How it is compared').nth(1).selectOption('<');
    await page.getByLabel('Value', { exact: true }).nth(1).fill('100');
    await page.getByRole('button', { name: 'Scan' }).click();
    await expect(found).toHaveText('scanned 600, found 0');
    await page.getByRole('button', { name: 'Remove the filter' }).first().click();
    await page.getByRole('button', { name: 'Scan' }).click();
    await expect(found).toHaveText('scanned 600, found 40');
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(`filter-${name}`));

    await page.getByRole('tab', { name: 'CLI' }).click();
    await expect(page.locator('.commands')).toContainText("--filter-expression '#n0 < :v0'");
    await page.getByRole('tab', { name: 'Config' }).click();
    await expect(page.locator('table.plain tbody tr')).toHaveText([
      /by-town.*global.*Town \(S\), Length \(N\).*keys only/,
      /by-length.*local.*Name \(S\), Length \(N\).*whole items/,
    ]);
    await expectNoViolation(page);
    expect(errors).toEqual([]);
  } finally {
    await ask(page, 'dynamodb', 'DynamoDB_20120810.DeleteTable', { TableName: tableName });
  }
});

test('several statements are open at once, and still after a reload', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'query');
  await expect(page.locator('#sql')).toHaveValue(/FROM wildrydes/);
  const tabs = page.getByRole('navigation', { name: 'Open statements' });
  await page.locator('#sql').fill('SELECT 1 AS first');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.grid-head')).toHaveText('first', { timeout: 60_000 });
  await tabs.getByRole('button', { name: 'One more statement' }).click();
  await expect(page.locator('#sql')).toBeFocused();
  await expect(page.locator('.answer-wait')).toContainText('Ctrl+Enter');
  await page.locator('#sql').fill('SELECT 2 AS second');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.grid-head')).toHaveText('second', { timeout: 60_000 });
  // Each has its own answer.
  await tabs.locator('.query-tab', { hasText: 'SELECT 1 AS first' }).click();
  await expect(page.locator('.grid-head')).toHaveText('first');
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(`tabs-${name}`));
  await page.reload();
  await expect(page.locator('#sql')).toHaveValue('SELECT 1 AS first');
  await expect(tabs.locator('.query-tab')).toHaveText(['SELECT 1 AS first', 'SELECT 2 AS second']);
  await tabs.getByRole('button', { name: 'Close SELECT 1 AS first' }).click();
  await expect(page.locator('#sql')).toHaveValue('SELECT 2 AS second');
  // What comes by a link does not overwrite what was written.
  await page.goto(`${new URL(demo).origin}/_/query?sql=SELECT+3+AS+third`);
  await expect(page.locator('.grid-head')).toHaveText('third', { timeout: 60_000 });
  await expect(tabs.locator('.query-tab')).toHaveText(['SELECT 2 AS second', 'SELECT 3 AS third']);
  expect(errors).toEqual([]);
});

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
    await expect(page.locator('.facts dd').first()).toHaveText(
      String((Identities as unknown[]).length),
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

test('an invocation shows its event, its result and what it wrote', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'pipeline');
  await makeFunction(page);
  try {
    await page.goto(`${new URL(demo).origin}/_/pipeline?node=function:${functionName}`);
    await expect(page.locator('.not-yet')).toContainText('aws lambda invoke');
    await expectNoViolation(page);
    // By somebody else, then by this page.
    await askLambda(page, 'POST', `/${functionName}/invocations`, { rider: 'Gandalf' });
    const first = page.locator('.invocation').last();
    await first.locator('summary').click();
    await expect(first).toContainText('"rider": "Gandalf"');
    await expect(first).toContainText('"words": "as it was made"');
    await page.getByRole('tab', { name: 'Test event' }).click();
    await page.getByRole('textbox', { name: 'Test event' }).fill('{"name":"Shadowfax"}');
    await expect(await invoke(page)).toContainText('as it was made');
    await page.getByRole('tab', { name: 'Live data' }).click();
    await expect(page.locator('.invocation')).toHaveCount(2);
    const newest = page.locator('.invocation').first();
    await newest.locator('summary').click();
    await expect(newest).toContainText('"name": "Shadowfax"');
    await expect(newest).toContainText('It wrote no line.');
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(name));
    expect(errors).toEqual([]);
  } finally {
    await askLambda(page, 'DELETE', `/${functionName}`);
  }
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
