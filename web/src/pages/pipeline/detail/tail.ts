// The tail of a stream: newest first, bounded, pausable, from any start.
import { signal } from '@preact/signals';
import { aws, wordsOf } from '../../../api/aws';

export interface TailRow {
  id: string;
  shard: string;
  sequence: string;
  key: string;
  arrivalMillis: number;
  bytes: number;
  text: string;
  /** As it came, for the first `textMax` letters. */
  base64: string;
  /** The record as JSON; undefined when it is none. */
  json: unknown;
}

export type Start = 'LATEST' | 'TRIM_HORIZON' | 'AT_TIMESTAMP' | 'AT_SEQUENCE_NUMBER';

export const rowsMax = 500;
const pollMillis = 1_000;
const recordsPerCall = 500;
const textMax = 65_536;

interface RecordsAnswer {
  Records: {
    SequenceNumber: string;
    PartitionKey: string;
    ApproximateArrivalTimestamp: number;
    Data: string;
  }[];
  NextShardIterator?: string | null;
}

export function bytesOfBase64(data: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
}

function rowOf(shard: string, record: RecordsAnswer['Records'][number]): TailRow {
  const bytes = bytesOfBase64(record.Data);
  const text = new TextDecoder().decode(bytes.subarray(0, textMax));
  let json: unknown;
  try {
    if (bytes.length <= textMax) json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return {
    id: `${shard}/${record.SequenceNumber}`,
    shard,
    sequence: record.SequenceNumber,
    key: record.PartitionKey,
    arrivalMillis: record.ApproximateArrivalTimestamp * 1000,
    bytes: bytes.length,
    text,
    base64: record.Data.slice(0, textMax),
    json,
  };
}

/** `HealthPoints < 100` compares a field; anything else is looked for in the text. */
export function matcherOf(filter: string): (row: TailRow) => boolean {
  const bare = filter.trim();
  if (bare === '') return () => true;
  const comparison = /^([\w.]+)\s*(<=|>=|!=|==?|<|>)\s*(.+)$/.exec(bare);
  if (!comparison) {
    const wanted = bare.toLowerCase();
    return (row) => row.text.toLowerCase().includes(wanted) || row.key.toLowerCase() === wanted;
  }
  const [, path, operator, right] = comparison as unknown as [string, string, string, string];
  const literal = right.trim().replace(/^(['"])(.*)\1$/, '$2');
  return (row) => compares(fieldOf(row.json, path), operator, literal);
}

function fieldOf(json: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[name]
          : undefined,
      json,
    );
}

function compares(value: unknown, operator: string, literal: string): boolean {
  if (value === undefined || value === null) return false;
  const number = Number(literal);
  const both = typeof value === 'number' && !Number.isNaN(number);
  const [left, right] = both ? [value, number] : [String(value), literal];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '!=':
      return left !== right;
    default:
      return left === right;
  }
}

export class Tail {
  readonly rows = signal<TailRow[]>([]);
  readonly paused = signal(false);
  readonly error = signal('');
  readonly total = signal(0);
  private run = 0;

  constructor(readonly stream: string) {}

  /** Begins anew; an earlier run ends. */
  start(type: Start, at?: string): void {
    const run = ++this.run;
    this.rows.value = [];
    this.total.value = 0;
    this.error.value = '';
    void this.follow(run, type, at);
  }

  stop(): void {
    this.run++;
  }

  private async follow(run: number, type: Start, at?: string): Promise<void> {
    try {
      const { Shards } = await aws<{ Shards: { ShardId: string }[] }>('kinesis', 'ListShards', {
        StreamName: this.stream,
      });
      await Promise.all(Shards.map(({ ShardId }) => this.followShard(run, ShardId, type, at)));
    } catch (error) {
      if (run === this.run) this.error.value = wordsOf(error);
    }
  }

  private async followShard(run: number, shard: string, type: Start, at?: string): Promise<void> {
    const first = {
      ShardIteratorType: type,
      ...(type === 'AT_TIMESTAMP' ? { Timestamp: Date.parse(at ?? '') / 1000 } : {}),
      ...(type === 'AT_SEQUENCE_NUMBER' ? { StartingSequenceNumber: at } : {}),
    };
    let iterator: string | null | undefined = await this.iterator(shard, first);
    while (run === this.run && iterator) {
      try {
        if (!this.paused.value) iterator = await this.readOnce(run, shard, iterator);
      } catch (error) {
        // Iterators end after five minutes of pause, servers restart: on from the last record.
        this.error.value = wordsOf(error);
        iterator = (await this.iteratorAfterLast(shard)) ?? iterator;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMillis));
    }
  }

  private async iterator(shard: string, from: object): Promise<string> {
    const answer = await aws<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
      StreamName: this.stream,
      ShardId: shard,
      ...from,
    });
    return answer.ShardIterator;
  }

  private async iteratorAfterLast(shard: string): Promise<string | null> {
    const last = this.rows.value.find((row) => row.shard === shard);
    const from = last
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last.sequence }
      : { ShardIteratorType: 'LATEST' };
    return this.iterator(shard, from).catch(() => null);
  }

  private async readOnce(
    run: number,
    shard: string,
    iterator: string,
  ): Promise<string | null | undefined> {
    const answer: RecordsAnswer = await aws('kinesis', 'GetRecords', {
      ShardIterator: iterator,
      Limit: recordsPerCall,
    });
    if (run !== this.run) return null;
    if (answer.Records.length > 0) {
      const fresh = answer.Records.map((record) => rowOf(shard, record)).reverse();
      this.rows.value = [...fresh, ...this.rows.value].slice(0, rowsMax);
      this.total.value += fresh.length;
    }
    this.error.value = '';
    return answer.NextShardIterator;
  }
}
