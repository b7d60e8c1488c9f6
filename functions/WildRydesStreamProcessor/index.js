// Writes the fleet's summaries, one stream record each, to the table UnicornSensorData.
'use strict';

const AWS = require('aws-sdk');

const table = process.env.TABLE_NAME || 'UnicornSensorData';
const documents = new AWS.DynamoDB.DocumentClient();
const writesPerBatch = 25;

// A retried batch brings the same rows again: the key makes the second write replace the first.
function decode(record) {
  return JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString('utf8'));
}

function lastPerKey(rows) {
  const byKey = new Map();
  for (const row of rows) byKey.set(`${row.Name}\u0000${row.StatusTime}`, row);
  return [...byKey.values()];
}

async function write(rows) {
  let requests = rows.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt += 1) {
    if (attempt === 8) throw new Error(`${requests.length} rows were not taken by ${table}`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    const answer = await documents.batchWrite({ RequestItems: { [table]: requests } }).promise();
    requests = (answer.UnprocessedItems && answer.UnprocessedItems[table]) || [];
  }
}

exports.handler = async (event) => {
  const rows = lastPerKey(event.Records.map(decode));
  for (let at = 0; at < rows.length; at += writesPerBatch) await write(rows.slice(at, at + writesPerBatch));
  console.log(`${event.Records.length} records, ${rows.length} rows into ${table}`);
};
