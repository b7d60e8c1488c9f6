// How DynamoDB is asked for what the form of a table says.
import { describe, expect, it } from 'vitest';
import {
  anythingIn,
  askedFor,
  commandOf,
  typeIn,
  type Filter,
} from '../src/pages/pipeline/detail/item_search';
import type { TableResource } from '../src/pages/pipeline/resources';

const table: TableResource = {
  name: 'Rides',
  arn: '',
  status: 'ACTIVE',
  items: 0,
  bytes: 0,
  keys: [
    { name: 'Name', kind: 'HASH', type: 'S' },
    { name: 'Started', kind: 'RANGE', type: 'S' },
  ],
  indexes: [
    {
      name: 'by-town',
      isGlobal: true,
      status: 'ACTIVE',
      holds: 'keys only',
      keys: [
        { name: 'Town', kind: 'HASH', type: 'S' },
        { name: 'Length', kind: 'RANGE', type: 'N' },
      ],
    },
  ],
};
const filter = (over: Partial<Filter>): Filter => ({
  attribute: 'Fare',
  comparison: 'is',
  type: 'S',
  value: '',
  to: '',
  ...over,
});

describe('askedFor', () => {
  it('scans for want of a key', () => {
    expect(askedFor(table, anythingIn(table, ''))).toEqual({
      operation: 'Scan',
      input: { TableName: 'Rides' },
    });
  });

  it('queries by the key, text by its beginning', () => {
    const wanted = anythingIn(table, '');
    wanted.key = 'Shadowfax';
    wanted.sort.value = '2026-11';
    expect(askedFor(table, wanted)).toEqual({
      operation: 'Query',
      input: {
        TableName: 'Rides',
        KeyConditionExpression: '#n0 = :v0 AND begins_with(#n1, :v1)',
        ScanIndexForward: false,
        ExpressionAttributeNames: { '#n0': 'Name', '#n1': 'Started' },
        ExpressionAttributeValues: { ':v0': { S: 'Shadowfax' }, ':v1': { S: '2026-11' } },
      },
    });
  });

  it('queries an index by its keys, each of its own type', () => {
    const wanted = anythingIn(table, 'by-town');
    expect(wanted.sort.comparison).toBe('is');
    wanted.key = 'Rohan';
    wanted.sort = { comparison: 'between', value: ' 2', to: '7.5' };
    expect(askedFor(table, wanted).input).toMatchObject({
      IndexName: 'by-town',
      KeyConditionExpression: '#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2',
      ExpressionAttributeValues: { ':v0': { S: 'Rohan' }, ':v1': { N: '2' }, ':v2': { N: '7.5' } },
    });
  });

  it('filters, with the names and values apart from the expression', () => {
    const wanted = anythingIn(table, '', [
      filter({ attribute: 'Fare', comparison: '>=', type: 'N', value: '12' }),
      filter({ attribute: 'Rider.Fare', comparison: 'contains', value: "O'Hara" }),
      filter({ attribute: 'Paid', type: 'BOOL', comparison: 'is not', value: 'TRUE' }),
      filter({ attribute: 'Ended', comparison: 'is not there' }),
      filter({ attribute: ' ' }),
    ]);
    expect(askedFor(table, wanted)).toEqual({
      operation: 'Scan',
      input: {
        TableName: 'Rides',
        FilterExpression:
          '#n0 >= :v0 AND contains(#n1.#n0, :v1) AND #n2 <> :v2 AND attribute_not_exists(#n3)',
        ExpressionAttributeNames: {
          '#n0': 'Fare',
          '#n1': 'Rider',
          '#n2': 'Paid',
          '#n3': 'Ended',
        },
        ExpressionAttributeValues: {
          ':v0': { N: '12' },
          ':v1': { S: "O'Hara" },
          ':v2': { BOOL: true },
        },
      },
    });
  });
});

describe('commandOf', () => {
  it('says the same to a shell', () => {
    const wanted = anythingIn(table, 'by-town', [filter({ value: "it's" })]);
    wanted.key = 'Rohan';
    expect(commandOf(askedFor(table, wanted))).toBe(
      'aws dynamodb query --table-name Rides --index-name by-town ' +
        "--key-condition-expression '#n0 = :v0' --no-scan-index-forward " +
        "--filter-expression '#n1 = :v1' " +
        `--expression-attribute-names '{"#n0":"Town","#n1":"Fare"}' ` +
        `--expression-attribute-values '{":v0":{"S":"Rohan"},":v1":{"S":"it'\\''s"}}'`,
    );
  });
});

describe('typeIn', () => {
  it('takes the type that the known items have', () => {
    const items = [{ A: { S: 'x' } }, { A: { S: 'y' }, B: { N: '1' }, C: { BOOL: true } }];
    expect(['A', 'B', 'C', 'D'].map((name) => typeIn(items, name))).toEqual([
      'S',
      'N',
      'BOOL',
      'S',
    ]);
  });
});
