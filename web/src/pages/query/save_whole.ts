// All rows of an answer as JSON lines: from the file that the query left in the bucket, read once and
// never held as a whole.
import { CsvReader } from './csv_reader';
import { toJsonLines } from './query_run';

/** Resolves with the file; `progress` hears how many rows it has. */
export async function wholeJsonLines(
  columns: string[],
  body: ReadableStream<Uint8Array>,
  progress: (rows: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const csv = new CsvReader();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const parts: Blob[] = [];
  let count = 0;
  let isHead = true;
  const add = (rows: (string | null)[][]) => {
    // The first row is that of the columns' names.
    const data = isHead ? rows.slice(1) : rows;
    isHead &&= rows.length === 0;
    if (data.length === 0) return;
    parts.push(new Blob([toJsonLines(columns, data)]));
    count += data.length;
    progress(count);
  };
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) break;
    add(csv.push(decoder.decode(value, { stream: true })));
  }
  add(csv.push(decoder.decode()));
  add(csv.end());
  return new Blob(parts, { type: 'application/jsonl' });
}
