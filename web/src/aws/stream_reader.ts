// Reads every shard of a Kinesis stream from LATEST, each second, for as long as it is not
// stopped.
import { ServiceError, type Caller } from './client';

export interface ReaderEvents {
  /** The data of one GetRecords answer, base64 as it came, in shard order. */
  records(data: string[], shardId: string): void;
  /** A poll of a shard succeeded; how far it is behind the newest record. */
  polled(millisBehind: number): void;
  /** It is tried again after `waitMillis`. */
  failed(error: unknown, waitMillis: number): void;
}

export interface ReaderClock {
  sleep(millis: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

interface Shard {
  ShardId: string;
  ParentShardId?: string;
}
interface ListShardsAnswer {
  Shards: Shard[];
  NextToken?: string;
}
interface RecordsAnswer {
  Records: { Data: string }[];
  NextShardIterator?: string | null;
  MillisBehindLatest?: number;
}

export const pollMillis = 1_000;
const catchUpMillis = 220;
const behindMillisMax = 1_000;
const relistMillis = 10_000;
const recordsPerCall = 10_000;

/** Half a second doubling to ten, with up to a quarter of it as jitter. */
export function backoffMillis(failures: number, random: number): number {
  const base = Math.min(10_000, 500 * 2 ** Math.min(failures - 1, 10));
  return base * (0.75 + random * 0.25);
}

/**
 * How long to wait after a failure. What the service refuses may be allowed any second (a stream
 * or a role that is being made): it is asked again each second. Only an unreachable or busy server
 * is left alone for longer and longer.
 */
export function retryMillis(error: unknown, failures: number, random: number): number {
  return isTransient(error) ? backoffMillis(failures, random) : pollMillis;
}

export class StreamReader {
  private readonly stopper = new AbortController();
  private waker = new AbortController();
  private readonly reading = new Map<string, Promise<void>>();
  private readonly known = new Set<string>();

  constructor(
    private readonly call: Caller,
    private readonly streamName: string,
    private readonly events: ReaderEvents,
    private readonly clock: ReaderClock,
  ) {}

  stop(): void {
    this.stopper.abort();
    this.waker.abort();
  }

  /** Ends the waits under way: the server is known to be back. */
  wake(): void {
    if (this.stopped()) return;
    this.waker.abort();
    this.waker = new AbortController();
  }

  /** Runs until stopped: lists the shards, again every 10 s or when one ends, and reads each. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped()) {
      try {
        this.startNew(await this.listShards());
        failures = 0;
        await this.pause(this.reading.size > 0 ? relistMillis : pollMillis);
      } catch (error) {
        if (this.stopped()) return;
        failures++;
        const wait = retryMillis(error, failures, this.clock.random());
        this.events.failed(error, wait);
        await this.pause(wait);
      }
    }
  }

  private stopped(): boolean {
    return this.stopper.signal.aborted;
  }

  private pause(millis: number): Promise<void> {
    return this.clock.sleep(millis, this.waker.signal);
  }

  private async listShards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      const input = token ? { NextToken: token } : { StreamName: this.streamName };
      const answer: ListShardsAnswer = await this.call('ListShards', input);
      shards.push(...answer.Shards);
      token = answer.NextToken;
    } while (token);
    return shards;
  }

  private startNew(shards: Shard[]): void {
    for (const shard of shards) {
      if (this.known.has(shard.ShardId)) continue;
      // A child of a shard that was read goes on where its parent ended: from its beginning.
      const isChild = shard.ParentShardId !== undefined && this.known.has(shard.ParentShardId);
      this.known.add(shard.ShardId);
      const work = this.readShard(shard.ShardId, isChild ? 'TRIM_HORIZON' : 'LATEST');
      this.reading.set(
        shard.ShardId,
        work.finally(() => this.reading.delete(shard.ShardId)),
      );
    }
  }

  private async readShard(shardId: string, firstType: string): Promise<void> {
    let iterator: string | null = null;
    let type = firstType;
    let failures = 0;
    while (!this.stopped()) {
      try {
        iterator ??= await this.iteratorOf(shardId, type);
        const answer: RecordsAnswer = await this.call('GetRecords', {
          ShardIterator: iterator,
          Limit: recordsPerCall,
        });
        failures = 0;
        iterator = answer.NextShardIterator ?? null;
        const behindMillis = answer.MillisBehindLatest ?? 0;
        if (this.stopped()) return;
        if (answer.Records.length > 0) {
          this.events.records(
            answer.Records.map((record) => record.Data),
            shardId,
          );
        }
        this.events.polled(behindMillis);
        if (iterator === null) return await this.shardEnded();
        const catchUp = behindMillis > behindMillisMax && answer.Records.length > 0;
        await this.pause(catchUp ? catchUpMillis : pollMillis);
      } catch (error) {
        if (this.stopped()) return;
        failures++;
        if (isGone(error)) {
          this.events.failed(error, pollMillis);
          await this.pause(pollMillis);
          this.known.delete(shardId);
          // The stream may be there again, with other shards.
          this.wake();
          return;
        }
        // A new iterator after an expiry costs nothing; a second failure in a row waits like any
        // other.
        const expired = isExpiredIterator(error);
        if (!isTransient(error)) {
          iterator = null;
          type = 'LATEST';
        }
        if (!expired || failures > 1) {
          const wait = retryMillis(error, failures, this.clock.random());
          this.events.failed(error, wait);
          await this.pause(wait);
        }
      }
    }
  }

  private async iteratorOf(shardId: string, type: string): Promise<string> {
    const answer = await this.call<{ ShardIterator: string }>('GetShardIterator', {
      StreamName: this.streamName,
      ShardId: shardId,
      ShardIteratorType: type,
    });
    return answer.ShardIterator;
  }

  private async shardEnded(): Promise<void> {
    if (!this.stopped()) this.startNew(await this.listShards());
  }
}

function isExpiredIterator(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'ExpiredIteratorException';
}

function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'ResourceNotFoundException';
}

/**
 * The network, throttling and the server's own faults: the same iterator is good for the next
 * try.
 */
function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return true;
  return error.status >= 500 || error.code === 'ProvisionedThroughputExceededException';
}
