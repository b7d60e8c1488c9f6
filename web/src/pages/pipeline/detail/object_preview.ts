// The first bytes of an object as text, unpacked when they are gzip. Bytes that are no text are said
// to be so.
import { send } from '../../../api/aws';

export const previewBytes = 65_536;
const unpackedMax = 262_144;

export interface Preview {
  text: string;
  isCut: boolean;
  isGzip: boolean;
  isText: boolean;
}

/** Unpacks as far as the bytes go: a cut end is no error here. */
async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < unpackedMax) {
      const { value, done } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
  } catch {
    // The object goes on behind the preview.
  }
  void reader.cancel().catch(() => {});
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** JSON objects that follow one another, as a delivery writes them, each on its line. */
export function splitObjects(text: string): string {
  return text.replace(/\}\s*(?=\{)/g, '}\n');
}

export async function previewOf(bucket: string, key: string): Promise<Preview> {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const answer = await send(`/s3/${bucket}/${path}`, {
    method: 'GET',
    headers: { range: `bytes=0-${previewBytes - 1}` },
  });
  const range = /\/(\d+)$/.exec(answer.headers.get('content-range') ?? '');
  let bytes: Uint8Array = new Uint8Array(await answer.arrayBuffer());
  const isCut = range !== null && Number(range[1]) > bytes.length;
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (isGzip) bytes = await unpack(bytes as Uint8Array<ArrayBuffer>);
  const text = new TextDecoder().decode(bytes);
  const isText = !text.slice(0, 2_000).includes('\0');
  return { text: isText ? splitObjects(text) : '', isCut, isGzip, isText };
}
