// Raises an alert for each unicorn and vital below 100: one row per unicorn and vital, newest value wins.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const table = process.env.TABLE_NAME ?? 'UnicornAlerts';
const limit = Number(process.env.VITAL_LIMIT ?? 100);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

function alertsOf(reading) {
  return ['HealthPoints', 'MagicPoints']
    .filter((metric) => reading[metric] < limit)
    .map((Metric) => ({
      Name: reading.Name, Metric, Value: reading[Metric], StatusTime: reading.StatusTime, State: 'open',
    }));
}

export async function handler(event) {
  const newest = new Map();
  for (const record of event.Records) {
    const reading = JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString('utf8'));
    for (const alert of alertsOf(reading)) newest.set(`${alert.Name}/${alert.Metric}`, alert);
  }
  await Promise.all([...newest.values()].map((Item) => documents.send(new PutCommand({ TableName: table, Item }))));
  for (const alert of newest.values()) console.log(`ALERT ${alert.Name}: ${alert.Metric} ${alert.Value}`);
}
