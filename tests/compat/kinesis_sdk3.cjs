// The JavaScript SDK v3 against a stream: `node kinesis_sdk3.cjs STREAM CONSUMER_ARN`. Its Kinesis client
// speaks HTTP/2 and nothing else. Prints one line of JSON.
const {
  KinesisClient, ListShardsCommand, PutRecordCommand, PutRecordsCommand, SubscribeToShardCommand,
} = require('@aws-sdk/client-kinesis');

async function main([StreamName, ConsumerARN]) {
  const kinesis = new KinesisClient({ maxAttempts: 1 });
  const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const { EventStream } = await kinesis.send(new SubscribeToShardCommand({
    ConsumerARN, ShardId: Shards[0].ShardId, StartingPosition: { Type: 'TRIM_HORIZON' },
  }));
  const writer = (async () => {
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('first') }));
    const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: 'k', Data: Buffer.alloc(2000, String(i % 10)) }));
    await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  })();
  let count = 0;
  let bytes = 0;
  let first;
  let continuation;
  for await (const { SubscribeToShardEvent: event } of EventStream) {
    for (const record of event.Records) {
      first ??= Buffer.from(record.Data).toString();
      count += 1;
      bytes += record.Data.length;
    }
    continuation = event.ContinuationSequenceNumber;
    if (count >= 501) break;
  }
  await writer;
  console.log(JSON.stringify({ handler: kinesis.config.requestHandler.constructor.name, count, bytes, first, continuation }));
  kinesis.destroy();
}

main(process.argv.slice(2)).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
