// What a bucket was given: its objects, and how many came in each minute.
import { elementsOf, s3, textOf } from '../../../api/aws';

export interface Written {
  key: string;
  bytes: number;
  millis: number;
}

const pagesMax = 20;
const minuteMillis = 60_000;
const hourMillis = 3_600_000;

/** The objects below a prefix, in the order of their keys; `isCut` after twenty thousand. */
export async function objectsOf(
  bucket: string,
  prefix = '',
): Promise<{ list: Written[]; isCut: boolean }> {
  const list: Written[] = [];
  let token = '';
  for (let pages = 0; pages < pagesMax; pages++) {
    const next: string = token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`;
    const page = await s3(
      `/${bucket}?list-type=2&max-keys=1000&prefix=${encodeURIComponent(prefix)}${next}`,
    );
    for (const item of elementsOf(page, 'ListBucketResult', 'Contents'))
      list.push({
        key: textOf(item, 'Key'),
        bytes: Number(textOf(item, 'Size')),
        millis: Date.parse(textOf(item, 'LastModified')),
      });
    token = textOf(page, 'NextContinuationToken');
    if (token === '') break;
  }
  return { list, isCut: token !== '' };
}

/** Where a delivery with this prefix wrote in the last two hours; its prefix when it names times. */
export function recentPrefixes(prefix: string, nowMillis: number): string[] {
  if (prefix.includes('!{')) return [prefix.slice(0, prefix.indexOf('!{'))];
  const hour = (millis: number) =>
    `${prefix}${new Date(millis).toISOString().slice(0, 13).replace(/[-T]/g, '/')}/`;
  return [hour(nowMillis - hourMillis), hour(nowMillis)];
}

/** Objects and bytes of each of the last whole minutes, oldest first. */
export function byMinute(list: Written[], nowMillis: number, minutes: number) {
  const counts = Array.from({ length: minutes }, () => 0);
  const bytes = [...counts];
  const end = Math.floor(nowMillis / minuteMillis) * minuteMillis;
  for (const it of list) {
    const at = minutes - Math.ceil((end - it.millis) / minuteMillis);
    if (at < 0 || at >= minutes) continue;
    counts[at]!++;
    bytes[at]! += it.bytes;
  }
  return { counts, bytes };
}
