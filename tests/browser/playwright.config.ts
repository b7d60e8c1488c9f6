// Browser tests of the console. WILDRYDES_URL (the address with the session) runs them against a
// real server; of several addresses, with spaces between, each is the server of one worker. Without
// it they run against the mock. CHROMIUM names another browser than /usr/bin/chromium.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './browser.mjs';
import { realUrls } from './server';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: Math.max(1, realUrls.length),
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: { launchOptions, viewport: { width: 1440, height: 900 }, trace: 'off' },
});
