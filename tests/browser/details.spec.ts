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

async function makeFunction(page: Page, name: string): Promise<void> {
  const { Role } = await askLambda(page, 'GET', '/WildRydesVitalsAlert/configuration');
  await askLambda(page, 'POST', '/', {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role,
    Code: { ZipFile: await zipOf(files) },
  });
  await expect
    .poll(async () => (await askLambda(page, 'GET', `/${name}/configuration`))['State'])
    .toBe('Active');
}

async function invoke(page: Page) {
  await page.getByRole('tab', { name: 'Test event' }).click();
  await page.getByRole('button', { name: 'Invoke', exact: true }).click();
  return page.getByRole('region', { name: 'Result' });
}

test("a function's files are changed in the page, and the test event runs the new code", async ({
  page,
  demo,
}, info) => {
  const { errors, foreign } = await open(page, demo, 'pipeline');
  await makeFunction(page, functionName);
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

// Of its own: the log of a function outlives it.
const invokedName = 'InvokedInThePage';

test('an invocation shows its event, its result and what it wrote', async ({
  page,
  demo,
}, info) => {
  test.setTimeout(300_000);
  const { errors } = await open(page, demo, 'pipeline');
  await makeFunction(page, invokedName);
  try {
    await page.goto(`${new URL(demo).origin}/_/pipeline?node=function:${invokedName}`);
    await expect(page.locator('.not-yet')).toContainText('aws lambda invoke');
    await expectNoViolation(page);
    // By somebody else.
    await askLambda(page, 'POST', `/${invokedName}/invocations`, { rider: 'Gandalf' });
    const newest = page.locator('.invocation').first();
    await expect(newest).toBeVisible();
    await newest.locator('summary').click();
    await expect(newest).toContainText('"rider": "Gandalf"');
    await expect(newest).toContainText('"words": "as it was made"');
    // By this page.
    await page.getByRole('tab', { name: 'Test event' }).click();
    await page.getByRole('textbox', { name: 'Test event' }).fill('{"name":"Shadowfax"}');
    await expect(await invoke(page)).toContainText('as it was made');
    await page.getByRole('tab', { name: 'Live data' }).click();
    await expect(page.locator('.invocation')).toHaveCount(2);
    await newest.locator('summary').click();
    await expect(newest).toContainText('"name": "Shadowfax"');
    await expect(newest).toContainText('It wrote no line.');
    // By its trigger.
    await page.goto(`${new URL(demo).origin}/_/pipeline?node=function:WildRydesVitalsAlert`);
    const id = await newest.locator('summary code').innerText();
    const triggered = page.locator('.invocation', { hasText: id });
    await triggered.locator('summary').click();
    await expect(triggered).toContainText('"eventSource": "aws:kinesis"');
    await expectNoViolation(page);
    await pictures(page, (name) => info.outputPath(name));
    expect(errors).toEqual([]);
  } finally {
    await askLambda(page, 'DELETE', `/${invokedName}`);
    await ask(page, 'logs', 'Logs_20140328.DeleteLogGroup', {
      logGroupName: `/aws/lambda/${invokedName}`,
    });
  }
});
