// Packages of functions in the page: zip files read, changed and written.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { base64, changed, filesOf } from '../src/pages/pipeline/detail/function_package';
import {
  contentOf,
  crc32,
  emptyEntry,
  readZip,
  withContent,
  writeZip,
} from '../src/pages/pipeline/detail/zip';
import { indentAt } from '../src/ui/code_editor';
import { piecesOfCode } from '../src/ui/code_words';

const time = new Date(2026, 10, 23, 17, 30, 20);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function packageOf(files: Record<string, string>) {
  return Promise.all(
    Object.entries(files).map(([path, text]) =>
      withContent(emptyEntry(path, time), bytesOf(text), time),
    ),
  );
}

/** Runs a line of Python on a zip file. */
function python(zip: Uint8Array, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wildrydes-zip-'));
  try {
    writeFileSync(join(folder, 'code.zip'), zip);
    return execFileSync(
      'python3',
      ['-c', `import zipfile, sys\n${code}`, join(folder, 'code.zip')],
      {
        encoding: 'utf8',
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('zip files', () => {
  it('come back as they were written, short and long, in any letters', async () => {
    const files = { 'index.js': 'x'.repeat(5_000), 'lib/ünï.txt': 'a', 'empty.py': '' };
    const entries = readZip(writeZip(await packageOf(files)));
    expect(entries.map(({ path }) => path)).toEqual(Object.keys(files));
    expect(entries.map(({ method }) => method)).toEqual([8, 0, 0]);
    for (const entry of entries)
      expect(textOf(await contentOf(entry))).toBe(files[entry.path as keyof typeof files]);
  });

  it('are whole for another program, with modes and times', async () => {
    const zip = writeZip(await packageOf({ 'a.py': 'pass\n'.repeat(100), 'b/c.txt': 'ü' }));
    const told = python(
      zip,
      'z = zipfile.ZipFile(sys.argv[1]); print(z.testzip())\n' +
        'for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16), i.date_time, i.file_size)',
    );
    expect(told.trim().split('\n')).toEqual([
      'None',
      'a.py 0o100644 (2026, 11, 23, 17, 30, 20) 500',
      'b/c.txt 0o100644 (2026, 11, 23, 17, 30, 20) 2',
    ]);
  });

  it('of another program are read, and what is not changed keeps mode and bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wildrydes-zip-'));
    try {
      const file = join(folder, 'made.zip');
      execFileSync('python3', [
        '-c',
        'import zipfile, sys\n' +
          'z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)\n' +
          'i = zipfile.ZipInfo("bootstrap"); i.external_attr = 0o100755 << 16\n' +
          'z.writestr(i, "#!/bin/sh\\n" * 50)\n' +
          'z.writestr("main.py", "def handler(event, context):\\n    return 1\\n")\n' +
          'z.comment = b"made elsewhere"\n' +
          'z.close()',
        file,
      ]);
      const before = readZip(new Uint8Array(readFileSync(file)));
      const after = readZip(
        writeZip(await changed(before, new Map([['main.py', 'new = 1\n']]), time)),
      );
      expect(after[0]).toEqual({ ...before[0]!, flags: after[0]!.flags });
      expect(after[0]!.attributes >>> 16).toBe(0o100755);
      expect(textOf(await contentOf(after[1]!))).toBe('new = 1\n');
      expect(after[1]!.crc).toBe(crc32(bytesOf('new = 1\n')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('that are none, or cut short, are refused', async () => {
    expect(() => readZip(bytesOf('no zip file at all, but long enough'))).toThrow(/no zip file/);
    const zip = writeZip(await packageOf({ 'a.py': 'pass' }));
    const cut = new Uint8Array([...zip.subarray(0, 20), ...zip.subarray(40)]);
    expect(() => readZip(cut)).toThrow(/cannot be read/);
  });
});

describe('the files of a package', () => {
  it('are text, or left alone', async () => {
    const entries = [
      ...(await packageOf({ 'index.js': 'exports.x = 1;', 'lib/': '' })),
      await withContent(emptyEntry('logo.png', time), new Uint8Array([137, 80, 0, 1]), time),
      await withContent(emptyEntry('latin.txt', time), new Uint8Array([0xe4, 0x20]), time),
    ];
    expect(await filesOf(entries)).toEqual([
      { path: 'index.js', text: 'exports.x = 1;' },
      { path: 'logo.png', text: null },
      { path: 'latin.txt', text: null },
    ]);
  });

  it('go to the server in Base64, however large', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256);
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});

describe('code', () => {
  it('is cut into coloured pieces without a loss', () => {
    const python = 'def f(x):  # says \'hi\'\n    return """a\nb""" + str(12.5)\n';
    const javascript = 'const a = `x${1}`; // end\nreturn /* all */ null;\n';
    for (const [text, path] of [
      [python, 'main.py'],
      [javascript, 'index.mjs'],
      ['plain', 'NOTICE'],
    ] as const) {
      const pieces = piecesOfCode(text, path);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    }
    const kinds = (kind: string, text: string, path: string) =>
      piecesOfCode(text, path)
        .filter((piece) => piece.kind === kind)
        .map((piece) => piece.text);
    expect(kinds('comment', python, 'main.py')).toEqual(["# says 'hi'"]);
    expect(kinds('string', python, 'main.py')).toEqual(['"""a\nb"""']);
    expect(kinds('keyword', javascript, 'index.mjs')).toEqual(['const', 'return', 'null']);
    expect(kinds('comment', javascript, 'index.mjs')).toEqual(['// end', '/* all */']);
  });

  it('goes on below where its line began', () => {
    expect(indentAt('def f():\n    x = 1', 18)).toBe('    ');
    expect(indentAt('def f():\n    x = 1', 11)).toBe('  ');
    expect(indentAt('top', 3)).toBe('');
  });
});
