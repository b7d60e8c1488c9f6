// The stream reader and the guest credentials, against scripted answers and a clock of their own.
import { describe, expect, it } from 'vitest';
import { ServiceError, signedCaller, type Caller } from '../src/aws/client';
import { GuestCredentials } from '../src/aws/guest_credentials';
import { backoffMillis, StreamReader } from '../src/aws/stream_reader';

type Handler = (operation: string, input: Record<string, unknown>, call: number) => unknown;

/** Runs a reader over scripted answers until `calls` calls were made. */
async function runReader(calls: number, handler: Handler) {
  const made: [string, Record<string, unknown>][] = [];
  const seen: string[] = [];
  const failures: unknown[] = [];
  const sleeps: number[] = [];
  let reader: StreamReader;
  const call = (async (operation: string, input: Record<string, unknown>) => {
    made.push([operation, input]);
    if (made.length >= calls) reader.stop();
    return handler(operation, input, made.length);
  }) as Caller;
  reader = new StreamReader(
    call,
    'wildrydes',
    { records: (data) => seen.push(...data), polled: () => {}, failed: (e) => failures.push(e) },
    {
      random: () => 1,
      sleep: async (millis, signal) => {
        sleeps.push(millis);
        if (signal.aborted) return;
        // The list of shards rests for good; only the shard's own loop goes on.
        if (millis === 10_000)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        else await Promise.resolve();
      },
    },
  );
  await reader.run();
  return { made, seen, failures, sleeps };
}

const shards = { Shards: [{ ShardId: 's0' }] };

describe('StreamReader', () => {
  it('begins at LATEST and walks from iterator to iterator', async () => {
    const { made, seen, sleeps } = await runReader(4, (operation, input) => {
      if (operation === 'ListShards') return shards;
      if (operation === 'GetShardIterator') return { ShardIterator: 'i0' };
      return {
        Records: [{ Data: `after ${input['ShardIterator']}` }],
        NextShardIterator: 'i1',
        MillisBehindLatest: 0,
      };
    });
    expect(made[0]).toEqual(['ListShards', { StreamName: 'wildrydes' }]);
    expect(made[1]).toEqual([
      'GetShardIterator',
      { StreamName: 'wildrydes', ShardId: 's0', ShardIteratorType: 'LATEST' },
    ]);
    expect(made[3]![1]['ShardIterator']).toBe('i1');
    expect(seen).toEqual(['after i0']);
    expect(sleeps).toContain(1_000);
  });

  it('takes a new iterator at once when the old one has expired', async () => {
    const { made, failures } = await runReader(5, (operation, _input, call) => {
      if (operation === 'ListShards') return shards;
      if (operation === 'GetShardIterator') return { ShardIterator: `i${call}` };
      if (call === 3) throw new ServiceError('ExpiredIteratorException', 'Iterator expired.', 400);
      return { Records: [], NextShardIterator: 'n' };
    });
    expect(made.map(([operation]) => operation)).toEqual([
      'ListShards',
      'GetShardIterator',
      'GetRecords',
      'GetShardIterator',
      'GetRecords',
    ]);
    expect(failures).toEqual([]);
  });

  it('does not hammer a server whose iterators always expire', async () => {
    const { failures, sleeps } = await runReader(8, (operation) => {
      if (operation === 'ListShards') return shards;
      if (operation === 'GetShardIterator') return { ShardIterator: 'i' };
      throw new ServiceError('ExpiredIteratorException', 'Iterator expired.', 400);
    });
    expect(failures.length).toBeGreaterThan(0);
    expect(sleeps.filter((millis) => millis !== 10_000).length).toBeGreaterThan(0);
  });

  it('keeps its place through network failures, with longer and longer waits', async () => {
    const { made, failures, sleeps } = await runReader(6, (operation, _input, call) => {
      if (operation === 'ListShards') return shards;
      if (operation === 'GetShardIterator') return { ShardIterator: 'i0' };
      if (call < 6) throw new TypeError('Failed to fetch');
      return { Records: [], NextShardIterator: 'n' };
    });
    expect(made.filter(([operation]) => operation === 'GetShardIterator')).toHaveLength(1);
    expect(failures).toHaveLength(3);
    expect(sleeps.filter((millis) => millis < 10_000)).toEqual([500, 1000, 2000]);
  });

  it('asks each second for what is refused or not there yet', async () => {
    const { failures, sleeps } = await runReader(6, (operation, _input, call) => {
      if (call < 5) throw new ServiceError('ResourceNotFoundException', 'Stream not found.', 400);
      if (operation === 'ListShards') return shards;
      return { ShardIterator: 'i' };
    });
    expect(failures).toHaveLength(4);
    expect(sleeps.slice(0, 4)).toEqual([1000, 1000, 1000, 1000]);
  });

  it('looks for the stream again, at once, when it has gone and come back', async () => {
    const { made } = await runReader(5, (operation, _input, call) => {
      if (operation === 'ListShards') return shards;
      if (call === 2) throw new ServiceError('ResourceNotFoundException', 'Gone.', 400);
      return { ShardIterator: 'i' };
    });
    expect(made.slice(0, 4).map(([operation]) => operation)).toEqual([
      'ListShards',
      'GetShardIterator',
      'ListShards',
      'GetShardIterator',
    ]);
  });

  it('reads a child from its beginning when its parent has ended', async () => {
    const { made } = await runReader(6, (operation, _input, call) => {
      if (operation === 'ListShards')
        return call === 1
          ? shards
          : { Shards: [{ ShardId: 's0' }, { ShardId: 's1', ParentShardId: 's0' }] };
      if (operation === 'GetShardIterator') return { ShardIterator: 'i' };
      return call === 3
        ? { Records: [], NextShardIterator: null }
        : { Records: [], NextShardIterator: 'n' };
    });
    const types = made
      .filter(([operation]) => operation === 'GetShardIterator')
      .map(([, input]) => [input['ShardId'], input['ShardIteratorType']]);
    expect(types).toEqual([
      ['s0', 'LATEST'],
      ['s1', 'TRIM_HORIZON'],
    ]);
  });

  it('backs off from half a second to ten', () => {
    expect([1, 2, 3, 9].map((failures) => backoffMillis(failures, 1))).toEqual([
      500, 1000, 2000, 10_000,
    ]);
    expect(backoffMillis(1, 0)).toBe(375);
  });
});

describe('GuestCredentials', () => {
  const answers = (calls: string[]): Caller =>
    (async (operation: string) => {
      calls.push(operation);
      if (operation === 'GetId') return { IdentityId: 'us-east-1:guest' };
      return {
        IdentityId: 'us-east-1:guest',
        Credentials: {
          AccessKeyId: `K${calls.length}`,
          SecretKey: 's',
          SessionToken: 't',
          Expiration: 3600,
        },
      };
    }) as Caller;

  it('asks once for parallel callers and renews before the end, as the same guest', async () => {
    const calls: string[] = [];
    let now = 0;
    const guest = new GuestCredentials(answers(calls), 'pool', () => now);
    const [a, b] = await Promise.all([guest.get(), guest.get()]);
    expect(a).toBe(b);
    now = 3_299_000;
    expect(await guest.get()).toBe(a);
    now = 3_301_000;
    expect(await guest.get()).not.toBe(a);
    expect(calls).toEqual(['GetId', 'GetCredentialsForIdentity', 'GetCredentialsForIdentity']);
  });

  it('becomes a new guest when the server has forgotten the old one', async () => {
    const calls: string[] = [];
    const good = answers(calls);
    let gone = true;
    const guest = new GuestCredentials(
      (async (operation: string, input: object) => {
        if (operation === 'GetCredentialsForIdentity' && gone) {
          gone = false;
          throw new ServiceError('ResourceNotFoundException', 'Identity not found.', 400);
        }
        return good(operation, input);
      }) as Caller,
      'pool',
      () => 0,
    );
    await expect(guest.get()).rejects.toThrow('Identity not found.');
    expect((await guest.get()).sessionToken).toBe('t');
    expect(calls).toEqual(['GetId', 'GetId', 'GetCredentialsForIdentity']);
  });
});

describe('signedCaller', () => {
  it('sends target, date, token and signature, and turns errors into codes', async () => {
    let headers: Record<string, string> = {};
    const endpoint = {
      host: '127.0.0.1:4566',
      region: 'us-east-1',
      clockSkewMillis: 0,
      fetch: (async (_: unknown, init: RequestInit) => {
        headers = init.headers as Record<string, string>;
        return new Response(
          JSON.stringify({ __type: 'com.amazonaws#AccessDeniedException', message: 'no' }),
          { status: 400 },
        );
      }) as unknown as typeof fetch,
    };
    const call = signedCaller(endpoint, 'Kinesis_20131202', 'kinesis', async () => ({
      accessKeyId: 'K',
      secretKey: 's',
      sessionToken: 'tok',
    }));
    await expect(call('ListShards', {})).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: 'no',
      status: 400,
    });
    expect(headers['x-amz-target']).toBe('Kinesis_20131202.ListShards');
    expect(headers['x-amz-security-token']).toBe('tok');
    expect(headers['authorization']).toMatch(
      /Credential=K\/\d{8}\/us-east-1\/kinesis\/aws4_request, SignedHeaders=content-type;host;/,
    );
  });
});
