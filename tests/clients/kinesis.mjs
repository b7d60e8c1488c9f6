// Calls operations of Kinesis with the JavaScript SDK v3: one {"operation", "input"} a line in, one answer a line out.
// Blobs travel as {"$blob": base64} and times as {"$time": seconds}, both ways.
import * as sdk from '@aws-sdk/client-kinesis';
import readline from 'node:readline';

const client = new sdk.KinesisClient({ maxAttempts: 1 });

function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== 'object') return value;
  if ('$blob' in value) return Buffer.from(value.$blob, 'base64');
  if ('$time' in value) return new Date(value.$time * 1000);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function encode(value) {
  if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { $time: value.getTime() / 1000 };
  if (Array.isArray(value)) return value.map(encode);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
}

/// The events of a subscription up to the first that carries records.
async function collect(stream) {
  const events = [];
  for await (const event of stream) {
    events.push(event);
    if (event.SubscribeToShardEvent?.Records?.length) break;
  }
  return events;
}

async function call({ operation, input }) {
  try {
    const { $metadata, ...output } = await client.send(new sdk[`${operation}Command`](decode(input)));
    if (output.EventStream) output.EventStream = await collect(output.EventStream);
    return { output: encode(output) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await call(JSON.parse(line)))}\n`);
}
process.exit(0);
