// The code of a function: its package read, its text files changed, and the new package put in its
// place.
import { lambda } from '../../../api/aws';
import { getFunctionCode } from '../../../api/console_api';
import { contentOf, readZip, withContent, writeZip, type ZipEntry } from './zip';

/** Larger files, and those that are no text, stay as they are. */
const textBytesMax = 512 * 1024;
const updateMillisMax = 60_000;
const askMillis = 250;

export interface CodeFile {
  path: string;
  /** Null: it is no text, or too large to be edited here. */
  text: string | null;
}

export interface Package {
  /** The function as it was when the package was read: to change another one is refused. */
  revision: string;
  entries: ZipEntry[];
  files: CodeFile[];
}

interface Configuration {
  RevisionId: string;
  State?: string;
  LastUpdateStatus?: string;
  LastUpdateStatusReason?: string;
}

function pathOf(name: string): string {
  return `/2015-03-31/functions/${encodeURIComponent(name)}`;
}

function configurationOf(name: string): Promise<Configuration> {
  return lambda('GET', `${pathOf(name)}/configuration`);
}

/** The text of a file, null when it is none. */
export async function textOfEntry(entry: ZipEntry): Promise<string | null> {
  if (entry.sizeBytes > textBytesMax) return null;
  const content = await contentOf(entry);
  if (content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

export async function filesOf(entries: readonly ZipEntry[]): Promise<CodeFile[]> {
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  return Promise.all(
    files.map(async (entry) => ({ path: entry.path, text: await textOfEntry(entry) })),
  );
}

/** The package with the texts that are in `changes`, by path. */
export async function changed(
  entries: readonly ZipEntry[],
  changes: ReadonlyMap<string, string>,
  time: Date,
): Promise<ZipEntry[]> {
  return Promise.all(
    entries.map((entry) => {
      const text = changes.get(entry.path);
      return text === undefined ? entry : withContent(entry, new TextEncoder().encode(text), time);
    }),
  );
}

export async function loadPackage(name: string): Promise<Package> {
  // The revision first: when somebody changes the code in between, saving is refused.
  const { RevisionId } = await configurationOf(name);
  const entries = readZip(await getFunctionCode(name));
  return { revision: RevisionId, entries, files: await filesOf(entries) };
}

export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(''));
}

/** Puts the changed package in place and waits until the function runs it. */
export async function savePackage(
  name: string,
  { revision, entries }: Package,
  changes: ReadonlyMap<string, string>,
): Promise<Package> {
  const zip = writeZip(await changed(entries, changes, new Date()));
  await lambda('PUT', `${pathOf(name)}/code`, { ZipFile: base64(zip), RevisionId: revision });
  const end = performance.now() + updateMillisMax;
  for (;;) {
    const now = await configurationOf(name);
    if (now.LastUpdateStatus === 'Successful') break;
    if (now.LastUpdateStatus === 'Failed')
      throw new Error(now.LastUpdateStatusReason ?? 'The new code was not taken.');
    if (performance.now() > end) throw new Error('The function is still taking the new code.');
    await new Promise((resolve) => setTimeout(resolve, askMillis));
  }
  return loadPackage(name);
}
