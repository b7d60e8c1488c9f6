// Readings of the past from the stream: every shard from a moment on, as far ahead as is asked for.
import { aws } from '../api/aws';
import { sleep } from '../live/clock';
import { parseReading, type Reading } from '../fleet/reading';

export interface PastReading {
  reading: Reading;
  /** When the stream took it, epoch milliseconds. */
  millis: number;
}

/** Where readings of the past come from. */
export interface History {
  /**
   * Readings that were taken before `untilMillis` and were not given yet, in order. Fewer, or none,
   * while they are being fetched.
   */
  take(untilMillis: number): PastReading[];
  /** Fetches ahead so that take(untilMillis) need not wait. Rejects when there is no way. */
  fetchUntil(untilMillis: number): Promise<void>;
  /** All that the source has was given. */
  isOver(): boolean;
  stop(): void;
}

interface RecordsAnswer {
  Records: { Data: string; ApproximateArrivalTimestamp: number }[];
  NextShardIterator?: string | null;
  MillisBehindLatest?: number;
}

export type Call = <Output>(operation: string, input: object) => Promise<Output>;

/** For who wants not all of it. */
export interface Wish {
  /** Whether this record, base64, may be one that is wanted; the others are not parsed. */
  isWanted?(data: string): boolean;
  /** Reads of all shards together; after them it is over. */
  readsMax?: number;
}

const recordsPerCall = 5_000;
/** Five reads a second and shard are allowed, and others read too. */
const pauseMillis = 350;
const bufferedMax = 400_000;

class ShardHistory {
  readonly readings: PastReading[] = [];
  /** All before it is buffered or given. */
  reachedMillis: number;
  over = false;
  private iterator: string | null = null;
  private readMillis = -Infinity;

  constructor(
    private readonly call: Call,
    private readonly stream: string,
    private readonly shardId: string,
    private readonly fromMillis: number,
    private readonly stopper: AbortSignal,
    private readonly nowMillis: () => number,
    private readonly isWanted: (data: string) => boolean,
    private readonly mayRead: () => boolean,
  ) {
    this.reachedMillis = fromMillis;
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    while (!this.over && this.reachedMillis < untilMillis && !this.stopper.aborted) {
      if (this.readings.length >= bufferedMax) return;
      await sleep(Math.max(0, this.readMillis + pauseMillis - performance.now()), this.stopper);
      if (this.stopper.aborted) return;
      if (!this.mayRead()) {
        this.over = true;
        return;
      }
      this.readMillis = performance.now();
      this.iterator ??= await this.firstIterator();
      const answer: RecordsAnswer = await this.call('GetRecords', {
        ShardIterator: this.iterator,
        Limit: recordsPerCall,
      });
      this.keep(answer);
      // The end of the stream: there is no future to fetch.
      if (answer.Records.length === 0 && (answer.MillisBehindLatest ?? 0) === 0) return;
    }
  }

  private keep(answer: RecordsAnswer): void {
    for (const record of answer.Records) {
      const millis = record.ApproximateArrivalTimestamp * 1000;
      const reading = this.isWanted(record.Data) ? parseReading(record.Data) : null;
      if (reading) this.readings.push({ reading, millis });
      this.reachedMillis = Math.max(this.reachedMillis, millis);
    }
    this.iterator = answer.NextShardIterator ?? null;
    this.over = this.iterator === null;
    if (answer.Records.length === 0) {
      this.reachedMillis = Math.max(
        this.reachedMillis,
        this.nowMillis() - Math.max(0, answer.MillisBehindLatest ?? 0),
      );
    }
  }

  private async firstIterator(): Promise<string> {
    const answer = await this.call<{ ShardIterator: string }>('GetShardIterator', {
      StreamName: this.stream,
      ShardId: this.shardId,
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: this.fromMillis / 1000,
    });
    return answer.ShardIterator;
  }
}

const relayed: Call = (operation, input) => aws('kinesis', operation, input);

export class StreamHistory implements History {
  private readonly stopper = new AbortController();
  private shards: ShardHistory[] | null = null;
  private reads = 0;

  constructor(
    private readonly stream: string,
    private readonly fromMillis: number,
    private readonly nowMillis: () => number,
    private readonly call: Call = relayed,
    private readonly wish: Wish = {},
  ) {}

  take(untilMillis: number): PastReading[] {
    const due: PastReading[] = [];
    for (const { readings } of this.shards ?? []) {
      let count = 0;
      while (count < readings.length && readings[count]!.millis < untilMillis) count++;
      due.push(...readings.splice(0, count));
    }
    return due.sort((a, b) => a.millis - b.millis);
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    this.shards ??= await this.listShards();
    await Promise.all(this.shards.map((shard) => shard.fetchUntil(untilMillis)));
  }

  isOver(): boolean {
    return this.shards?.every((shard) => shard.over && shard.readings.length === 0) === true;
  }

  stop(): void {
    this.stopper.abort();
  }

  private async listShards(): Promise<ShardHistory[]> {
    const shards: ShardHistory[] = [];
    let token: string | undefined;
    do {
      const answer: { Shards: { ShardId: string }[]; NextToken?: string } = await this.call(
        'ListShards',
        token ? { NextToken: token } : { StreamName: this.stream },
      );
      for (const { ShardId } of answer.Shards) {
        shards.push(
          new ShardHistory(
            this.call,
            this.stream,
            ShardId,
            this.fromMillis,
            this.stopper.signal,
            this.nowMillis,
            (data) => this.wish.isWanted?.(data) ?? true,
            () => ++this.reads <= (this.wish.readsMax ?? Infinity),
          ),
        );
      }
      token = answer.NextToken;
    } while (token);
    return shards;
  }
}
