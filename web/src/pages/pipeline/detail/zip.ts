// Zip files: read by their central directory, written anew. What is not changed keeps its packed
// bytes, its mode and its time.

export interface ZipEntry {
  path: string;
  /** 0: stored, 8: deflated. */
  method: number;
  flags: number;
  crc: number;
  packed: Uint8Array<ArrayBuffer>;
  sizeBytes: number;
  /** Who made it, in the upper byte; says what `attributes` mean. */
  madeBy: number;
  attributes: number;
  /** Date and time as DOS has them. */
  time: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const version = 20;
const unix = 3 << 8;
/** A plain file that everybody may read. */
const plainMode = 0o100644;
const utf8Flag = 0x800;
/** Bit 3: sizes stand behind the content; here they stand in front again. */
const trailerFlag = 0x8;

function bad(why: string): never {
  throw new Error(`The package cannot be read: ${why}.`);
}

function endOf(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - endBytes - 0xffff);
  for (let at = view.byteLength - endBytes; at >= lowest; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return bad('it is no zip file');
}

function packedBytes(bytes: Uint8Array<ArrayBuffer>, at: number, size: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + localBytes > bytes.length || view.getUint32(at, true) !== localSignature)
    bad('an entry is out of bounds');
  const start = at + localBytes + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + size > bytes.length) bad('an entry is out of bounds');
  return bytes.slice(start, start + size);
}

/** Its entries in their order, those of directories among them. */
export function readZip(bytes: Uint8Array<ArrayBuffer>): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + entryBytes > bytes.length || view.getUint32(at, true) !== entrySignature)
      bad('its directory is cut short');
    const nameBytes = view.getUint16(at + 28, true);
    const name = bytes.subarray(at + entryBytes, at + entryBytes + nameBytes);
    entries.push({
      path: new TextDecoder().decode(name),
      method: view.getUint16(at + 10, true),
      flags: view.getUint16(at + 8, true),
      crc: view.getUint32(at + 16, true),
      packed: packedBytes(bytes, view.getUint32(at + 42, true), view.getUint32(at + 20, true)),
      sizeBytes: view.getUint32(at + 24, true),
      madeBy: view.getUint16(at + 4, true),
      attributes: view.getUint32(at + 38, true),
      time: view.getUint32(at + 12, true),
    });
    at += entryBytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

export async function contentOf(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.method === 0) return entry.packed;
  if (entry.method !== 8) return bad(`${entry.path} is packed in an unknown way`);
  const content = await through(entry.packed, new DecompressionStream('deflate-raw'));
  if (content.length !== entry.sizeBytes) bad(`${entry.path} is damaged`);
  return content;
}

/** The entry with another content, changed at `time`. */
export async function withContent(
  entry: ZipEntry,
  content: Uint8Array<ArrayBuffer>,
  time: Date,
): Promise<ZipEntry> {
  const deflated = await through(content, new CompressionStream('deflate-raw'));
  const isSmaller = deflated.length < content.length;
  return {
    ...entry,
    method: isSmaller ? 8 : 0,
    packed: isSmaller ? deflated : content,
    crc: crc32(content),
    sizeBytes: content.length,
    time: dosTime(time),
  };
}

/** An empty plain file. */
export function emptyEntry(path: string, time: Date): ZipEntry {
  return {
    path,
    method: 0,
    flags: 0,
    crc: 0,
    packed: new Uint8Array(0),
    sizeBytes: 0,
    madeBy: unix | version,
    attributes: (plainMode << 16) >>> 0,
    time: dosTime(time),
  };
}

function dosTime(time: Date): number {
  const date =
    (Math.max(0, time.getFullYear() - 1980) << 9) | ((time.getMonth() + 1) << 5) | time.getDate();
  const clock = (time.getHours() << 11) | (time.getMinutes() << 5) | (time.getSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** What local headers and the directory have in common, from the version needed on. */
function writeCommon(view: DataView, at: number, entry: ZipEntry, nameBytes: number): void {
  view.setUint16(at, version, true);
  view.setUint16(at + 2, (entry.flags & ~trailerFlag) | utf8Flag, true);
  view.setUint16(at + 4, entry.method, true);
  view.setUint32(at + 6, entry.time, true);
  view.setUint32(at + 10, entry.crc, true);
  view.setUint32(at + 14, entry.packed.length, true);
  view.setUint32(at + 18, entry.sizeBytes, true);
  view.setUint16(at + 22, nameBytes, true);
}

export function writeZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const names = entries.map(({ path }) => new TextEncoder().encode(path));
  const namesBytes = names.reduce((sum, name) => sum + name.length, 0);
  const packedTotal = entries.reduce((sum, { packed }) => sum + packed.length, 0);
  const size = entries.length * (localBytes + entryBytes) + 2 * namesBytes + packedTotal + endBytes;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const offsets: number[] = [];
  let at = 0;
  entries.forEach((entry, i) => {
    offsets.push(at);
    view.setUint32(at, localSignature, true);
    writeCommon(view, at + 4, entry, names[i]!.length);
    bytes.set(names[i]!, at + localBytes);
    bytes.set(entry.packed, at + localBytes + names[i]!.length);
    at += localBytes + names[i]!.length + entry.packed.length;
  });
  const directory = at;
  entries.forEach((entry, i) => {
    view.setUint32(at, entrySignature, true);
    view.setUint16(at + 4, entry.madeBy, true);
    writeCommon(view, at + 6, entry, names[i]!.length);
    view.setUint32(at + 38, entry.attributes, true);
    view.setUint32(at + 42, offsets[i]!, true);
    bytes.set(names[i]!, at + entryBytes);
    at += entryBytes + names[i]!.length;
  });
  view.setUint32(at, endSignature, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}
