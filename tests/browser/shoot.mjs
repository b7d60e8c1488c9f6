// Takes a picture of the page: node shoot.mjs URL FILE [--dark] [--wait ms] [--size WxH] [--do
// 'script'].
import { chromium } from '@playwright/test';
import { parseArgs } from 'node:util';
import { launchOptions } from './browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dark: { type: 'boolean' },
    wait: { type: 'string', default: '5000' },
    size: { type: 'string', default: '1440x900' },
    do: { type: 'string' },
  },
});
const [width, height] = values.size.split('x').map(Number);
const browser = await chromium.launch(launchOptions);
const page = await browser.newPage({
  viewport: { width, height },
  colorScheme: values.dark ? 'dark' : 'light',
});
page.on('console', (message) => console.log(message.type(), message.text()));
page.on('pageerror', (error) => console.log('pageerror', error.message));
await page.goto(positionals[0]);
await page.waitForTimeout(Number(values.wait));
if (values.do) {
  await eval(`(async () => { ${values.do} })()`);
  await page.waitForTimeout(800);
}
await page.screenshot({ path: positionals[1] });
await browser.close();
