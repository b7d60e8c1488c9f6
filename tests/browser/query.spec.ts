// The Query page: what runs long is cancelled, what is long is read to its end.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect } from './console';
import { expectNoViolation, open, pictures, test } from './demo';

/** Minutes of work for the engine, and one row. */
const longSql =
  'SELECT sum(x * y % 7) AS total FROM unnest(sequence(1, 10000)) AS a(x) ' +
  'CROSS JOIN unnest(sequence(1, 10000)) AS b(y) ' +
  'CROSS JOIN unnest(sequence(1, 1000)) AS c(z) WHERE (x * y + z) % 11 <> 3';

interface Worker {
  pid: string;
  ticks: number;
}

/** The engine's processes on this machine, with the time that each has had of a processor. */
function workers(): Worker[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        if (!words.some((word) => /athena-worker/.test(word))) return [];
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
        return [{ pid, ticks: Number(stat[11]) + Number(stat[12]) }];
      } catch {
        return [];
      }
    });
}

test('a query that runs long is cancelled, and its process is gone', async ({
  page,
  demo,
}, info) => {
  const before = new Set(workers().map(({ pid }) => pid));
  const { errors } = await open(page, demo, 'query');
  await page.locator('#sql').fill(longSql);
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.answer-wait')).toContainText('Running');
  // It computes: a process of its own has the processor.
  const busy = () => workers().filter(({ pid, ticks }) => !before.has(pid) && ticks > 20);
  await expect.poll(() => busy().length, { timeout: 60_000 }).toBeGreaterThan(0);
  await expectNoViolation(page);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.locator('.answer-wait')).toContainText('CANCELLED');
  await expect(page.locator('.history li').first().locator('.run-cancelled')).toBeVisible();
  await expect.poll(() => busy().length).toBe(0);
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  // The tab is free for the next one.
  await page.locator('#sql').fill('SELECT 1 AS after');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.results-head')).toContainText('1 row');
  expect(errors).toEqual([]);
});

test('a long answer is read to its end as one scrolls, sorted and walked by keys', async ({
  page,
  demo,
}, info) => {
  const { errors } = await open(page, demo, 'query');
  await page
    .locator('#sql')
    .fill(
      "SELECT x, nullif('word ' || cast(x % 10 AS varchar), 'word 3') AS word " +
        'FROM unnest(sequence(1, 2500)) AS numbers(x) ORDER BY x',
    );
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.results-head')).toContainText('the first 1,000 rows', {
    timeout: 60_000,
  });
  const grid = page.getByRole('grid', { name: 'Result rows' });
  await expect(grid).toHaveAttribute('aria-rowcount', '-1');
  // From the field of the page the Tab key leads to one cell; the arrows lead on.
  await page.getByRole('button', { name: 'JSONL' }).focus();
  await page.keyboard.press('Tab');
  await expect(grid.getByRole('gridcell', { name: '1', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(grid.getByRole('gridcell', { name: 'word 1', exact: true }).first()).toBeFocused();
  // The end of what is there brings the next rows, until there are none.
  for (const [last, then] of [
    ['1000', '2,000'],
    ['2000', '2,500'],
    ['2500', '2,500'],
  ] as const) {
    await page.keyboard.press('Control+End');
    await expect(grid.getByRole('gridcell', { name: last, exact: true })).toBeVisible();
    await expect(page.locator('.results-head b')).toHaveText(then);
  }
  await expect(page.locator('.results-head')).toContainText(/(?<!the first )2,500 rows/);
  await expect(grid).toHaveAttribute('aria-rowcount', '2501');
  const head = grid.getByRole('columnheader').first();
  await expect(head).toHaveText('x');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await expect(head).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await page.keyboard.press('ArrowDown');
  await expect(grid.getByRole('gridcell', { name: '2500', exact: true })).toBeFocused();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  expect(errors).toEqual([]);
});

test('all rows of a long answer are saved, as CSV and as JSON lines', async ({ page, demo }) => {
  await open(page, demo, 'query');
  await page
    .locator('#sql')
    .fill(
      "SELECT x, nullif('w' || cast(x % 10 AS varchar), 'w3') AS word " +
        'FROM unnest(sequence(1, 2500)) AS numbers(x) ORDER BY x',
    );
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.results-head')).toContainText('the first 1,000 rows', {
    timeout: 60_000,
  });
  const saved = async (button: ReturnType<typeof page.locator>) => {
    const download = page.waitForEvent('download');
    await button.click();
    return readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n');
  };
  const csv = await saved(page.getByRole('link', { name: 'CSV' }));
  expect(csv.length).toBe(2_501);
  const lines = await saved(page.getByRole('button', { name: 'JSONL' }));
  expect(lines.length).toBe(2_500);
  expect(JSON.parse(lines[2]!)).toEqual({ x: '3', word: null });
  expect(JSON.parse(lines[2_499]!)).toEqual({ x: '2500', word: 'w0' });
});
