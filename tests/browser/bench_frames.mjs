// Measures the live map in headless Chromium: milliseconds of script per frame while the map is
// panned, by the clock and by the processor's time, and bytes per second of the live feed, at each
// size of the fleet. The whole way is real:
// a fleet puts records, the server's feed carries them, the page draws them.
//
//   node bench_frames.mjs [--unicorns 1000,10000,50000] [--seconds 10]
import { chromium } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launchOptions } from './browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = process.env.WILDRYDES ?? join(root, 'build', 'release', 'wildrydes');
const { values } = parseArgs({
  options: {
    unicorns: { type: 'string', default: '1000,10000,50000' },
    seconds: { type: 'string', default: '10' },
  },
});
const seconds = Number(values.seconds);
const arriveMillisMax = 90_000;
const settings = { identityPoolId: '', streamName: '', source: 'feed' };

function printed(child, pattern, millis = 60_000) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`no ${pattern} in:\n${text}`)), millis);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        text += String(data);
        const found = text.match(pattern);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[0]);
      });
    }
  });
}

function ended(child) {
  const end = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return end;
}

/** The variables that clients need, from what the program prints for a shell. */
function environmentOf(data) {
  const text = execFileSync(program, ['env', '--data', data], {
    encoding: 'utf8',
  });
  const pairs = [...text.matchAll(/^export (\w+)=['"]?([^'"\n]*)['"]?$/gm)];
  return { ...process.env, ...Object.fromEntries(pairs.map(([, name, value]) => [name, value])) };
}

/** Adds up the script of each frame: every animation callback, and what the feed's messages take. */
function watchFrames() {
  const frames = [];
  const messages = [];
  const real = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) =>
    real((time) => {
      const began = performance.now();
      work(time);
      const took = performance.now() - began;
      if (frames.at(-1)?.time === time) frames.at(-1).took += took;
      else frames.push({ time, took });
    });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    set onmessage(work) {
      super.onmessage = (event) => {
        const began = performance.now();
        work(event);
        messages.push(performance.now() - began);
      };
    }
  };
  window.__bench = { frames, messages };
}

/**
 * How long the page's thread has run script, seconds: without the time in which others had the
 * processor, with what the feed's messages and the list take.
 */
async function scriptSeconds(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration').value;
}

function p95(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

async function pan(page) {
  const box = await page.locator('.map').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const end = Date.now() + seconds * 1000;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(x + 160 * Math.sin(i / 14), y + 90 * Math.cos(i / 17));
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
}

async function measure(page, unicorns) {
  await page.waitForFunction((wanted) => window.__fleet?.onMap >= wanted, unicorns, {
    timeout: arriveMillisMax,
  });
  await page.keyboard.press('0');
  await page.waitForTimeout(2_000);
  await page.evaluate(() => {
    window.__bench.frames.length = 0;
    window.__bench.messages.length = 0;
  });
  const read = () =>
    page.evaluate(() => ({
      bytes: window.__fleet.feedBytes,
      feedMessages: window.__fleet.feedMessages,
      inView: window.__fleet.inView,
      at: performance.now(),
      ...window.__bench,
    }));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await read();
  const workedBefore = await scriptSeconds(session);
  await pan(page);
  const worked = (await scriptSeconds(session)) - workedBefore;
  const after = await read();
  const took = after.frames.map((frame) => frame.took);
  const span = (after.at - before.at) / 1000;
  return {
    unicorns,
    'in view': after.inView,
    'script ms/frame p95': p95(took).toFixed(1),
    median: (took.sort((a, b) => a - b)[took.length >> 1] ?? 0).toFixed(1),
    'all script, CPU ms/frame': ((worked * 1000) / took.length).toFixed(1),
    'frames/s': (took.length / span).toFixed(0),
    'ms/message p95': p95(after.messages).toFixed(1),
    'messages/s': ((after.feedMessages - before.feedMessages) / span).toFixed(1),
    'bytes/s': Math.round((after.bytes - before.bytes) / span).toLocaleString('en'),
  };
}

async function runOne(browser, unicorns) {
  const data = mkdtempSync(join(tmpdir(), 'wildrydes-frames-'));
  const server = spawn(program, ['up', '--memory', '--data', data, '--port', '0']);
  let fleet = null;
  try {
    const url = await printed(server, /http:\/\/\S+session=\S+/);
    const env = environmentOf(data);
    execFileSync(program, ['workshop', 'setup', '1'], { env, stdio: 'ignore' });
    fleet = spawn(program, ['fleet', 'run', '--unicorns', String(unicorns)], { env });
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    await page.addInitScript(watchFrames);
    await page.addInitScript((text) => {
      localStorage.setItem('wildrydes.dashboard', text);
    }, JSON.stringify(settings));
    await page.goto(url);
    const found = await measure(page, unicorns);
    await page.close();
    return found;
  } finally {
    if (fleet) await ended(fleet);
    await ended(server);
    rmSync(data, { recursive: true, force: true });
  }
}

const browser = await chromium.launch(launchOptions);
const rows = [];
console.log(
  `${browser.version()}, headless, 1600x900, no GPU; load before: ${loadavg()[0].toFixed(1)}`,
);
for (const unicorns of values.unicorns.split(',').map(Number)) {
  rows.push(await runOne(browser, unicorns));
}
console.table(rows);
console.log(`load after: ${loadavg()[0].toFixed(1)}`);
await browser.close();
