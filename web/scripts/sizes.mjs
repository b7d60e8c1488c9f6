// Prints the gzip size of what the first page loads and fails when its script exceeds the budget.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const scriptBudgetBytes = 160 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const gzipBytes = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const firstPage = [...html.matchAll(/(?:src|href)="\/_\/(assets\/[^"]+)"/g)].map(
  (match) => match[1],
);
const assets = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`);
let scriptBytes = 0;
for (const path of assets) {
  const bytes = gzipBytes(path);
  const first = firstPage.includes(path);
  if (first && path.endsWith('.js')) scriptBytes += bytes;
  console.log(
    `${(bytes / 1024).toFixed(1).padStart(8)} KB gzip  ${path}${first ? '' : '  (on demand)'}`,
  );
}
console.log(`${(scriptBytes / 1024).toFixed(1).padStart(8)} KB gzip  script of the first page`);
if (scriptBytes > scriptBudgetBytes) {
  console.error('the first page exceeds its budget of 160 KB of script');
  process.exit(1);
}
