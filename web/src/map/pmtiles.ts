// Reads tiles out of a PMTiles file (version 3) by ranges: header, directories, tiles.

/** The bytes from `offset` on, exactly `length` of them. */
export type ReadRange = (offset: number, length: number) => Promise<ArrayBuffer>;

export type TileKind = 'vector' | 'image';

interface Entry {
  tileId: number;
  offset: number;
  length: number;
  /** 0: the entry is of a further directory. */
  runLength: number;
}

interface Header {
  rootOffset: number;
  rootLength: number;
  leafOffset: number;
  dataOffset: number;
  directoriesAreGzip: boolean;
  tilesAreGzip: boolean;
  kind: TileKind;
  mime: string;
  minZoom: number;
  maxZoom: number;
}

const headerBytes = 127;
const depthMax = 4;
const directoriesMax = 64;
const compressions = { none: 1, gzip: 2 };
const mimes = ['', '', 'image/png', 'image/jpeg', 'image/webp', 'image/avif'];

/** The number of a tile: those of all lower zooms first, then along a Hilbert curve. */
export function tileIdOf(z: number, x: number, y: number): number {
  let id = (4 ** z - 1) / 3;
  let [at, up] = [x, y];
  for (let half = 2 ** (z - 1); half >= 1; half /= 2) {
    const right = at >= half ? 1 : 0;
    const above = up >= half ? 1 : 0;
    id += half * half * ((3 * right) ^ above);
    at -= right * half;
    up -= above * half;
    if (above === 0) {
      if (right === 1) [at, up] = [half - 1 - at, half - 1 - up];
      [at, up] = [up, at];
    }
  }
  return id;
}

export function parseHeader(bytes: ArrayBuffer): Header {
  const view = new DataView(bytes);
  const magic = new TextDecoder().decode(new Uint8Array(bytes, 0, 7));
  if (magic !== 'PMTiles' || view.getUint8(7) !== 3) throw new Error('no PMTiles of version 3');
  const number = (at: number) => Number(view.getBigUint64(at, true));
  const compression = (at: number): boolean => {
    const value = view.getUint8(at);
    if (value !== compressions.none && value !== compressions.gzip)
      throw new Error('only gzip is unpacked by browsers');
    return value === compressions.gzip;
  };
  const type = view.getUint8(99);
  if (type === 0 || type >= mimes.length) throw new Error('unknown kind of tiles');
  return {
    rootOffset: number(8),
    rootLength: number(16),
    leafOffset: number(40),
    dataOffset: number(56),
    directoriesAreGzip: compression(97),
    tilesAreGzip: compression(98),
    kind: type === 1 ? 'vector' : 'image',
    mime: mimes[type]!,
    minZoom: view.getUint8(100),
    maxZoom: view.getUint8(101),
  };
}

/** Numbers of seven bits a byte, the low ones first. */
class Varints {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error('a directory ends too early');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }
}

export function parseDirectory(bytes: Uint8Array): Entry[] {
  const numbers = new Varints(bytes);
  const count = numbers.next();
  if (count > bytes.length) throw new Error('a directory promises too much');
  const entries: Entry[] = [];
  let tileId = 0;
  for (let i = 0; i < count; i++) {
    tileId += numbers.next();
    entries.push({ tileId, offset: 0, length: 0, runLength: 0 });
  }
  for (const entry of entries) entry.runLength = numbers.next();
  for (const entry of entries) entry.length = numbers.next();
  entries.forEach((entry, i) => {
    const value = numbers.next();
    const before = entries[i - 1];
    entry.offset = value === 0 && before ? before.offset + before.length : value - 1;
  });
  return entries;
}

/** The entry that a tile's number falls to, or null. */
export function findEntry(entries: Entry[], tileId: number): Entry | null {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.tileId <= tileId) low = middle + 1;
    else high = middle - 1;
  }
  const found = entries[high];
  if (!found) return null;
  return found.runLength === 0 || tileId - found.tileId < found.runLength ? found : null;
}

async function unpacked(bytes: ArrayBuffer, isGzip: boolean): Promise<ArrayBuffer> {
  if (!isGzip) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

export class PmtilesFile {
  private readonly directories = new Map<number, Promise<Entry[]>>();

  private constructor(
    private readonly read: ReadRange,
    readonly header: Header,
  ) {}

  static async open(read: ReadRange): Promise<PmtilesFile> {
    return new PmtilesFile(read, parseHeader(await read(0, headerBytes)));
  }

  /** The tile's bytes, unpacked; null where the file has none. */
  async tile(z: number, x: number, y: number): Promise<ArrayBuffer | null> {
    const { rootOffset, rootLength, leafOffset, dataOffset, tilesAreGzip } = this.header;
    const tileId = tileIdOf(z, x, y);
    let [offset, length] = [rootOffset, rootLength];
    for (let depth = 0; depth < depthMax; depth++) {
      const entry = findEntry(await this.directory(offset, length), tileId);
      if (!entry) return null;
      if (entry.runLength > 0)
        return unpacked(await this.read(dataOffset + entry.offset, entry.length), tilesAreGzip);
      [offset, length] = [leafOffset + entry.offset, entry.length];
    }
    return null;
  }

  private directory(offset: number, length: number): Promise<Entry[]> {
    const known = this.directories.get(offset);
    if (known) return known;
    if (this.directories.size >= directoriesMax) this.directories.clear();
    const reading = this.read(offset, length)
      .then((bytes) => unpacked(bytes, this.header.directoriesAreGzip))
      .then((bytes) => parseDirectory(new Uint8Array(bytes)));
    this.directories.set(offset, reading);
    // What failed is asked for again.
    reading.catch(() => this.directories.delete(offset));
    return reading;
  }
}

/** Reads from an address that knows ranges. */
export function rangesOf(address: string): ReadRange {
  return async (offset, length) => {
    const answer = await fetch(address, {
      credentials: 'same-origin',
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
    });
    if (answer.status !== 206) throw new Error(`the map's file: ${answer.status}`);
    return answer.arrayBuffer();
  };
}
