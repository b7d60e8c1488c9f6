// Every screen by keyboard alone, from the first Tab on; and axe on each of them, with its dialogs,
// drawer and details, in light and in dark. With a real server.
import type { Locator, Page } from '@playwright/test';
import { expect, unicorns } from './console';
import { expectNoViolation, open, test } from './demo';

const tabsMax = 250;

/** Goes to it with Tab, as somebody does who has no mouse; it must show that it is there. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let i = 0; i < tabsMax; i++) {
    await page.keyboard.press(key);
    // What is drawn anew each second may just be gone.
    const isThere = await target
      .evaluate((it) => it === document.activeElement && it.matches(':focus-visible'))
      .catch(() => false);
    if (isThere) return;
  }
  throw new Error(`Tab does not lead to ${target}`);
}

/** A grid has one cell in the order of Tab. */
const cellOf = (grid: Locator) => grid.locator('[tabindex="0"]');

async function expectNoViolationInBoth(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // What fades is over.
    await page.waitForTimeout(300);
    await expectNoViolation(page);
  }
}

async function escape(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

test('the fleet: search, list, heads, card, map, replay', async ({ page, demo }) => {
  const { errors } = await open(page, demo, 'fleet');
  await unicorns(page, 25);
  await tabTo(page, page.locator('#search'));
  await page.keyboard.type('o');
  await tabTo(page, page.locator('.chip-ok'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=o/);
  await page.keyboard.press('Space');
  const grid = page.getByRole('grid', { name: 'Unicorns' });
  await tabTo(page, grid);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.card')).toBeVisible();
  await expect(grid).toHaveAttribute('aria-activedescendant', /^row-\d+$/);
  await page.keyboard.press('End');
  await expect(grid.getByRole('row', { selected: true })).toHaveCount(1);
  const head = page.getByRole('columnheader', { name: /Sort by name/ });
  await expect(head).toHaveAttribute('aria-sort', 'none');
  await tabTo(page, head.getByRole('button'));
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expectNoViolationInBoth(page);
  await tabTo(page, page.getByRole('button', { name: 'Zoom in' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Follow' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/follow=1/);
  await tabTo(page, page.getByRole('button', { name: 'Record' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Newest record/ }).locator('pre')).toBeVisible();
  await expectNoViolationInBoth(page);
  await escape(page);
  await tabTo(page, page.getByRole('button', { name: 'Replay' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('#time')).toBeFocused();
  await expectNoViolationInBoth(page);
  await tabTo(page, page.locator('.time').getByRole('button', { name: 'Close' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.time')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('dialogs and drawer', async ({ page, demo }) => {
  const { errors } = await open(page, demo, 'fleet');
  await unicorns(page, 25);
  for (const [name, title] of [
    ['Keys', 'Keys'],
    ['Find anything, Ctrl K', 'Find'],
    ['Configure the dashboard', 'Configure the dashboard'],
  ] as const) {
    const button = page.getByRole('button', { name, exact: true }).first();
    await tabTo(page, button);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: title, exact: true })).toBeVisible();
    await expectNoViolationInBoth(page);
    await escape(page);
    // Whoever opened it is where he was.
    await expect(button).toBeFocused();
  }
  await tabTo(page, page.getByRole('button', { name: /^Alerts/ }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.drawer')).toBeVisible();
  await expectNoViolationInBoth(page);
  await tabTo(page, page.locator('.drawer').getByRole('button', { name: 'Rules', exact: true }));
  await page.keyboard.press('Enter');
  const rules = page.getByRole('dialog', { name: 'Alert rules' });
  await expect(rules.locator('.rule')).toHaveCount(7);
  await expectNoViolationInBoth(page);
  await tabTo(page, rules.getByRole('button', { name: 'Silent for', exact: true }));
  await page.keyboard.press('Enter');
  await expect(rules.locator('.rule')).toHaveCount(8);
  await escape(page);
  await page.keyboard.press('Escape');
  await expect(page.locator('.drawer')).toHaveCount(0);
  expect(errors).toEqual([]);
});

const kinds = [
  ['producers', 'stream', 'viewers'],
  ['application', 'function', 'table'],
  ['delivery', 'bucket', 'archive'],
];

for (const some of kinds) {
  test(`the pipeline and its details: ${some.join(', ')}`, async ({ page, demo }) => {
    test.setTimeout(300_000);
    const { errors } = await open(page, demo, 'fleet');
    await tabTo(page, page.getByRole('link', { name: 'Pipeline' }));
    await page.keyboard.press('Enter');
    await expect(page.locator('a.node').first()).toBeVisible();
    await expectNoViolationInBoth(page);
    for (const kind of some) {
      await tabTo(page, page.locator(`a.node-${kind}`).first());
      await page.keyboard.press('Enter');
      const detail = page.locator('.detail');
      await expect(detail).toBeVisible();
      const tabs = detail.getByRole('tablist', { name: 'Views' }).getByRole('tab');
      const count = await tabs.count();
      if (count > 0) await tabTo(page, detail.locator('[role=tab][aria-selected=true]').first());
      for (let i = 0; i < count; i++) {
        await expect(tabs.nth(i)).toHaveAttribute('aria-selected', 'true');
        await expectNoViolation(page);
        await page.emulateMedia({ colorScheme: i % 2 === 0 ? 'dark' : 'light' });
        await page.waitForTimeout(300);
        await page.keyboard.press('ArrowRight');
        await expect(tabs.nth((i + 1) % count)).toBeFocused();
      }
      await tabTo(page, page.getByRole('button', { name: 'Close the detail' }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await expect(detail).toHaveCount(0);
    }
    expect(errors).toEqual([]);
  });
}

test('query, activity and access', async ({ page, demo }) => {
  test.setTimeout(240_000);
  const { errors } = await open(page, demo, 'fleet');
  await tabTo(page, page.getByRole('link', { name: 'Query' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.locator('#sql'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('SELECT x FROM unnest(sequence(1, 300)) AS numbers(x)');
  await page.keyboard.press('Control+Enter');
  const answer = page.getByRole('grid').first();
  await expect(answer).toBeVisible({ timeout: 60_000 });
  await tabTo(page, cellOf(answer));
  await expectNoViolationInBoth(page);

  await tabTo(page, page.getByRole('link', { name: 'Activity' }));
  await page.keyboard.press('Enter');
  const feed = page.getByRole('grid', { name: /^What happened/ });
  await tabTo(page, page.getByRole('checkbox', { name: 'routine traffic' }));
  await page.keyboard.press('Space');
  await expect(feed.getByRole('row').first()).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Pause' }));
  await page.keyboard.press('Enter');
  await tabTo(page, cellOf(feed));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('complementary', { name: 'Entry' })).toBeVisible();
  await expectNoViolationInBoth(page);

  await tabTo(page, page.getByRole('link', { name: 'Access' }));
  await page.keyboard.press('Enter');
  const form = page.getByRole('form', { name: /^Can somebody/ });
  await expect(form.getByLabel('Who').locator('option').first()).toBeAttached();
  await tabTo(page, form.getByLabel('Action'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('kinesis:GetRecords');
  await page.keyboard.press('Escape');
  await tabTo(page, form.getByRole('button', { name: 'Ask' }));
  await page.keyboard.press('Enter');
  await expect(form.locator('output')).not.toBeEmpty();
  await expectNoViolationInBoth(page);
  expect(errors).toEqual([]);
});

test('without a session, and on an empty map', async ({ browser, demo }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${new URL(demo).origin}/_/`);
  await expect(page.locator('.session-needed')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: /^Copy/ }).first());
  await expectNoViolationInBoth(page);
  await context.close();
});
