// What is changed in the details of the pipeline's parts, with a real server behind them: the code of
// a function, the items of a table.
import type { Page } from '@playwright/test';
import { emptyEntry, withContent, writeZip } from '../../web/src/pages/pipeline/detail/zip';
import { expect } from './console';
import { askLambda, expectNoViolation, open, pictures, test } from './demo';

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
