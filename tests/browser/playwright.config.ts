// Browser tests of the console. WILDRYDES_URL (the address with the session) runs them against a
// real server; without it they run against the mock. CHROMIUM names another browser than
// /usr/bin/chromium.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './browser.mjs';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: { launchOptions, viewport: { width: 1440, height: 900 }, trace: 'off' },
});
