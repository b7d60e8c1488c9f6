// The newest record of a unicorn as it stands in the stream: read when somebody asks for it.
import { signal } from '@preact/signals';
import { aws, wordsOf } from '../../api/aws';
import { feed } from '../../app/state';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { Dialog } from '../../ui/dialog';
import { Elapsed } from '../../ui/elapsed';
import { formatMoment } from '../../ui/format';
import { program } from '../../ui/program';

const lookBackMillis = 3_000;
const callsMax = 4;
const shownLettersMax = 20_000;

interface StreamRecord {
  SequenceNumber: string;
  PartitionKey: string;
  ApproximateArrivalTimestamp: number;
  Data: string;
}

interface Found {
  record: StreamRecord;
  shard: string;
  text: string;
}

const open = signal(false);
const unicorn = signal('');
const found = signal<Found | null>(null);
const problem = signal('');

function textOf(data: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)));
}

function nameIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { Name?: unknown } | null)?.Name;
  } catch {
    return undefined;
  }
}

async function newestIn(shard: string, name: string, fromMillis: number): Promise<Found | null> {
  const first = await aws<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
    StreamName: feed.stream,
    ShardId: shard,
    ShardIteratorType: 'AT_TIMESTAMP',
    Timestamp: fromMillis / 1000,
  });
  let iterator: string | null | undefined = first.ShardIterator;
  let newest: Found | null = null;
  for (let calls = 0; calls < callsMax && iterator; calls++) {
    const page: {
      Records: StreamRecord[];
      NextShardIterator?: string;
      MillisBehindLatest?: number;
    } = await aws('kinesis', 'GetRecords', { ShardIterator: iterator, Limit: 10_000 });
    for (const record of page.Records) {
      const text = textOf(record.Data);
      // A long fleet is looked through quickly: only who may be meant is parsed.
      if (text.includes('"Name"') && nameIn(text) === name) newest = { record, shard, text };
    }
    if (!page.MillisBehindLatest) break;
    iterator = page.NextShardIterator;
  }
  return newest;
}

/** `seenMillis` is how long ago it reported. */
export async function showRawRecord(name: string, seenMillis: number): Promise<void> {
  unicorn.value = name;
  found.value = null;
  problem.value = '';
  open.value = true;
  try {
    const { Shards } = await aws<{ Shards: { ShardId: string }[] }>('kinesis', 'ListShards', {
      StreamName: feed.stream,
    });
    const from = feed.serverNow() - Math.max(0, seenMillis) - lookBackMillis;
    const all = await Promise.all(Shards.map(({ ShardId }) => newestIn(ShardId, name, from)));
    found.value = all
      .filter((it) => it !== null)
      .reduce<Found | null>(
        (best, it) =>
          best && best.record.ApproximateArrivalTimestamp > it.record.ApproximateArrivalTimestamp
            ? best
            : it,
        null,
      );
    if (!found.value) problem.value = 'The stream no longer holds its last record.';
  } catch (error) {
    problem.value = wordsOf(error);
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, shownLettersMax);
  } catch {
    return text.slice(0, shownLettersMax);
  }
}

export function RawRecordDialog() {
  const it = found.value;
  return (
    <Dialog open={open} title={`Newest record of ${safeName(unicorn.value)}`}>
      {problem.value !== '' ? (
        <p class="notice" role="alert">
          {problem.value}
        </p>
      ) : it ? (
        <div class="raw-record">
          <pre tabIndex={0}>{pretty(it.text)}</pre>
          <p class="muted">
            came {formatMoment(it.record.ApproximateArrivalTimestamp * 1000)} into {it.shard}, key{' '}
            <code>{safeName(it.record.PartitionKey)}</code>, sequence number{' '}
            <code>{it.record.SequenceNumber}</code>
          </p>
          <Command
            text={`${program()} stream tail ${feed.stream} --where '${`Name=${unicorn.value}`.replaceAll("'", `'\\''`)}'`}
          />
        </div>
      ) : (
        <p role="status">
          <span class="spinner" /> Reading the stream…
          <Elapsed />
        </p>
      )}
    </Dialog>
  );
}
