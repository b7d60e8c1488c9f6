// Real servers: those whose addresses were given, and one of a test's own, started and ended by it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = process.env['WILDRYDES'] ?? join(root, 'build', 'release', 'wildrydes');
const startTimeoutMillis = 60_000;

/** The addresses, with their sessions, that WILDRYDES_URL names: one for each worker. */
export const realUrls = (process.env['WILDRYDES_URL'] ?? '').split(/\s+/).filter((it) => it !== '');

export class RealServer {
  private child: ChildProcess | null = null;
  private output = '';
  readonly data = mkdtempSync(join(tmpdir(), 'wildrydes-browser-'));

  /** Resolves with the console's address as soon as it is printed. */
  async start(...options: string[]): Promise<string> {
    this.output = '';
    const child = spawn(program, ['up', '--data', this.data, ...options]);
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        this.output += String(text);
      });
    const [url] = await this.printed(/https?:\/\/\S+session=\S+/);
    return url;
  }

  /** Waits for a line of the server. */
  async printed(pattern: RegExp): Promise<RegExpMatchArray> {
    const end = Date.now() + startTimeoutMillis;
    for (;;) {
      const found = this.output.match(pattern);
      if (found) return found;
      if (Date.now() > end || this.child?.exitCode != null)
        throw new Error(`the server did not print ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}
