// The SQL editor completes what is written, by the keyboard alone.
import { expect } from './console';
import { expectNoViolation, open, pictures, test } from './demo';

test('tables, columns and keywords are completed by the keyboard', async ({ page, demo }, info) => {
  const { errors } = await open(page, demo, 'query');
  await expect(page.getByRole('region', { name: 'Tables' })).toContainText('wildrydes');
  const field = page.locator('#sql');
  await field.fill('');
  await page.keyboard.type('sel');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(list.getByRole('option', { name: 'SELECT' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('SELECT');
  await expect(list).toHaveCount(0);
  await page.keyboard.type(' ');
  await page.keyboard.press('Control+Space');
  await expect(list.getByRole('option', { name: 'healthpoints' })).toBeVisible();
  // The field has the focus and names what is chosen.
  await page.keyboard.press('ArrowDown');
  const chosen = await field.getAttribute('aria-activedescendant');
  await expect(page.locator(`#${chosen}`)).toHaveAttribute('aria-selected', 'true');
  await expect(field).toBeFocused();
  await expectNoViolation(page);
  await pictures(page, (name) => info.outputPath(name));
  await page.setViewportSize({ width: 390, height: 844 });
  await field.fill('SELECT na');
  await expect(list).toBeVisible();
  await page.screenshot({ path: info.outputPath('phone.png') });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await field.fill('SELECT count(*) AS n FROM wildr');
  await expect(list).toBeVisible();
  // To run needs no closing of the list; Tab takes what is chosen.
  await page.keyboard.press('Tab');
  await expect(field).toHaveValue('SELECT count(*) AS n FROM wildrydes');
  await page.keyboard.press('Control+z');
  await expect(field).toHaveValue('SELECT count(*) AS n FROM wildr');
  // What the undone word replaced is marked again.
  await page.keyboard.press('End');
  await page.keyboard.type('ydes w WHERE w.');
  await expect(list.getByRole('option', { name: 'magicpoints' })).toBeVisible();
  await page.keyboard.type('he');
  await page.keyboard.press('Enter');
  await page.keyboard.type(' IS NOT NULL');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.results-head')).toContainText('1 row', { timeout: 60_000 });
  expect(errors).toEqual([]);
});

test('who asks before the letter is drawn is answered', async ({ page, demo }) => {
  const { errors } = await open(page, demo, 'query');
  await expect(page.getByRole('region', { name: 'Tables' })).toContainText('wildrydes');
  await page.locator('#sql').fill('SELECT');
  await page.evaluate(() => {
    document.execCommand('insertText', false, ' ');
    const keys = { key: ' ', ctrlKey: true, bubbles: true, cancelable: true };
    document.querySelector('#sql')!.dispatchEvent(new KeyboardEvent('keydown', keys));
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(list.getByRole('option', { name: 'healthpoints' })).toBeVisible();
  expect(errors).toEqual([]);
});
