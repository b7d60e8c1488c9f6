// Makes small PMTiles files (version 3) for tests: one picture for the whole world, or vector tiles.
import { gzipSync } from 'node:zlib';
import { deflateSync } from 'node:zlib';

const types = { vector: 1, png: 2 };

function varint(value) {
  const out = [];
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}

/** A file with the tile 0/0/0 alone. */
export function pmtilesOf(kind, tile) {
  const data = gzipSync(tile);
  const root = gzipSync(Uint8Array.from([1, 0, 1, ...varint(data.length), 1]));
  const header = Buffer.alloc(127);
  header.write('PMTiles');
  header.writeUInt8(3, 7);
  const places = { 8: 127, 16: root.length, 56: 127 + root.length, 64: data.length };
  for (const [at, value] of Object.entries(places))
    header.writeBigUInt64LE(BigInt(value), Number(at));
  header.set([2, 2, types[kind], 0, 0], 97);
  return Buffer.concat([header, root, data]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of 256 by 256 pixels in one colour. */
export function pngOf(red, green, blue) {
  const size = 256;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + size * 3);
  for (let x = 0; x < size; x++) row.set([red, green, blue], 1 + x * 3);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function field(number, wire, ...bytes) {
  return Buffer.from([...varint(number * 8 + wire), ...bytes]);
}

function block(number, bytes) {
  return Buffer.concat([field(number, 2, ...varint(bytes.length)), bytes]);
}

const text = (number, value) => block(number, Buffer.from(value));
const zigzag = (value) => varint(value < 0 ? -value * 2 - 1 : value * 2);

/** A vector tile whose one layer is a square over all of it, of one kind. */
export function vectorSquareOf(layer, kind) {
  const full = 4096;
  const geometry = [
    ...varint(9),
    ...zigzag(0),
    ...zigzag(0),
    ...varint(26),
    ...[full, 0, 0, full, -full, 0].flatMap(zigzag),
    ...varint(15),
  ];
  const feature = Buffer.concat([
    block(2, Buffer.from([0, 0])),
    field(3, 0, 3),
    block(4, Buffer.from(geometry)),
  ]);
  const body = Buffer.concat([
    text(1, layer),
    block(2, feature),
    text(3, 'kind'),
    block(4, text(1, kind)),
    field(5, 0, ...varint(full)),
    field(15, 0, 2),
  ]);
  return block(3, body);
}
