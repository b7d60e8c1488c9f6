// The stream of the mock: shards of records kept for five minutes, iterators that can be expired.
const keptMillis = 5 * 60_000;

export class MockStream {
  constructor(name, shardCount) {
    this.name = name;
    this.generation = 1;
    this.shards = Array.from({ length: shardCount }, (_, i) => ({
      id: `shardId-${String(i).padStart(12, '0')}`,
      first: 0,
      records: [],
    }));
  }

  put(name, data) {
    let hash = 0;
    for (const c of name) hash = (hash * 31 + c.codePointAt(0)) >>> 0;
    const shard = this.shards[hash % this.shards.length];
    shard.records.push({ at: Date.now(), data: Buffer.from(data).toString('base64') });
    while (shard.records.length > 0 && shard.records[0].at < Date.now() - keptMillis) {
      shard.records.shift();
      shard.first++;
    }
  }

  expireIterators() {
    this.generation++;
  }

  listShards(input) {
    if (input.StreamName !== this.name) throw notFound(input.StreamName);
    return {
      Shards: this.shards.map(({ id }) => ({
        ShardId: id,
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '1' },
        SequenceNumberRange: { StartingSequenceNumber: '0' },
      })),
    };
  }

  getShardIterator(input) {
    if (input.StreamName !== this.name) throw notFound(input.StreamName);
    const shard = this.shards.find(({ id }) => id === input.ShardId);
    const position =
      input.ShardIteratorType === 'LATEST' ? shard.first + shard.records.length : shard.first;
    return { ShardIterator: this.iterator(shard, position) };
  }

  iterator(shard, position) {
    return Buffer.from(JSON.stringify([this.generation, shard.id, position])).toString('base64');
  }

  getRecords(input) {
    const [generation, id, position] = JSON.parse(Buffer.from(input.ShardIterator, 'base64'));
    if (generation !== this.generation)
      throw Object.assign(new Error('Iterator expired.'), { code: 'ExpiredIteratorException' });
    const shard = this.shards.find((one) => one.id === id);
    const from = Math.max(position, shard.first);
    const found = shard.records.slice(
      from - shard.first,
      from - shard.first + (input.Limit ?? 10_000),
    );
    const next = from + found.length;
    const behind = next < shard.first + shard.records.length ? 5_000 : 0;
    return {
      MillisBehindLatest: behind,
      NextShardIterator: this.iterator(shard, next),
      Records: found.map(({ data, at }, i) => ({
        Data: data,
        PartitionKey: 'k',
        SequenceNumber: String(from + i),
        ApproximateArrivalTimestamp: at / 1000,
      })),
    };
  }
}

function notFound(name) {
  return Object.assign(new Error(`Stream ${name} under account 000000000000 not found.`), {
    code: 'ResourceNotFoundException',
  });
}
