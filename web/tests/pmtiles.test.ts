// Tiles out of a file that is written here by the format's specification.
import { describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { findEntry, parseDirectory, PmtilesFile, tileIdOf } from '../src/map/pmtiles';

function varints(...numbers: number[]): number[] {
  const out: number[] = [];
  for (let value of numbers) {
    while (value >= 128) {
      out.push((value % 128) | 128);
      value = Math.floor(value / 128);
    }
    out.push(value);
  }
  return out;
}

/** [tile number, run, length, offset] of each entry, as a directory. */
function directory(entries: [number, number, number, number][]): Uint8Array {
  const ids = entries.map(([id], i) => id - (entries[i - 1]?.[0] ?? 0));
  return Uint8Array.from(
    varints(
      entries.length,
      ...ids,
      ...entries.map(([, run]) => run),
      ...entries.map(([, , length]) => length),
      ...entries.map(([, , , offset]) => offset + 1),
    ),
  );
}

function file(root: Uint8Array, leaf: Uint8Array, data: Uint8Array, type = 1): ArrayBuffer {
  const [packedRoot, packedLeaf] = [gzipSync(root), gzipSync(leaf)];
  const header = new DataView(new ArrayBuffer(127));
  new Uint8Array(header.buffer).set(new TextEncoder().encode('PMTiles'));
  header.setUint8(7, 3);
  const places = [
    [8, 127],
    [16, packedRoot.length],
    [40, 127 + packedRoot.length],
    [48, packedLeaf.length],
    [56, 127 + packedRoot.length + packedLeaf.length],
    [64, data.length],
  ] as const;
  for (const [at, value] of places) header.setBigUint64(at, BigInt(value), true);
  header.setUint8(97, 2);
  header.setUint8(98, 2);
  header.setUint8(99, type);
  header.setUint8(101, 14);
  const all = Buffer.concat([new Uint8Array(header.buffer), packedRoot, packedLeaf, data]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer;
}

const textOf = (bytes: ArrayBuffer | null) => (bytes ? new TextDecoder().decode(bytes) : null);

describe('PMTiles', () => {
  it('numbers tiles along the Hilbert curve, as the specification does', () => {
    expect(tileIdOf(0, 0, 0)).toBe(0);
    expect([tileIdOf(1, 0, 0), tileIdOf(1, 0, 1), tileIdOf(1, 1, 1), tileIdOf(1, 1, 0)]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(tileIdOf(2, 0, 0)).toBe(5);
    expect(tileIdOf(12, 3423, 1763)).toBe(19078479);
  });

  it('gives every tile of a zoom a number of its own', () => {
    const seen = new Set<number>();
    for (let x = 0; x < 32; x++) for (let y = 0; y < 32; y++) seen.add(tileIdOf(5, x, y));
    expect(seen.size).toBe(1024);
    expect(Math.min(...seen)).toBe(341);
    expect(Math.max(...seen)).toBe(341 + 1023);
  });

  it('finds a tile in a run, and none between the runs', () => {
    const entries = parseDirectory(
      directory([
        [5, 3, 10, 0],
        [20, 1, 7, 10],
      ]),
    );
    expect(findEntry(entries, 4)).toBeNull();
    expect(findEntry(entries, 7)?.length).toBe(10);
    expect(findEntry(entries, 8)).toBeNull();
    expect(findEntry(entries, 20)?.offset).toBe(10);
    expect(findEntry(entries, 21)).toBeNull();
  });

  it('reads tiles through the directories, unpacked, each directory once', async () => {
    const [first, second] = [gzipSync('whole world'), gzipSync('a quarter of it')];
    const leaf = directory([[3, 1, second.length, first.length]]);
    const root = directory([
      [0, 1, first.length, 0],
      [1, 0, gzipSync(leaf).length, 0],
    ]);
    const bytes = file(root, leaf, Buffer.concat([first, second]));
    let reads = 0;
    const opened = await PmtilesFile.open(async (offset, length) => {
      reads++;
      return bytes.slice(offset, offset + length);
    });
    expect(opened.header.kind).toBe('vector');
    expect(textOf(await opened.tile(0, 0, 0))).toBe('whole world');
    expect(textOf(await opened.tile(1, 1, 1))).toBe('a quarter of it');
    expect(await opened.tile(1, 0, 1)).toBeNull();
    expect(await opened.tile(1, 1, 0)).toBeNull();
    expect(reads).toBe(1 + 2 + 2);
  });

  it('refuses what is no such file, and what a browser cannot unpack', async () => {
    await expect(PmtilesFile.open(async () => new ArrayBuffer(127))).rejects.toThrow('version 3');
    const bytes = file(new Uint8Array([0]), new Uint8Array([0]), new Uint8Array(0));
    new DataView(bytes).setUint8(98, 3);
    await expect(PmtilesFile.open(async (at, size) => bytes.slice(at, at + size))).rejects.toThrow(
      'gzip',
    );
  });

  it('a directory that is cut short is an error, not a hang', () => {
    expect(() => parseDirectory(Uint8Array.from(varints(3, 1, 1)))).toThrow();
    expect(() => parseDirectory(Uint8Array.from([200]))).toThrow();
    expect(() => parseDirectory(Uint8Array.from(varints(1_000_000)))).toThrow();
  });
});
