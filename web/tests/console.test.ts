// Texts of the console: SQL in colours, filters of a tail, items, policies, commands.
import { describe, expect, it } from 'vitest';
import { commandOf, isRoutine, principalWords } from '../src/pages/activity/commands';
import { kebab } from '../src/pages/activity/shell_words';
import { denialIn, sentencesOf, trustWords } from '../src/pages/access/sentences';
import {
  isPlain,
  itemOf,
  itemOfText,
  plainItem,
  textOfItem,
} from '../src/pages/pipeline/detail/item_json';
import { matcherOf, type TailRow } from '../src/pages/pipeline/detail/tail';
import { splitObjects } from '../src/pages/pipeline/detail/object_preview';
import { piecesOf, placeIn, spanAt } from '../src/ui/sql_words';
import { niceCeiling } from '../src/ui/line_chart';
import type { ActivityEntry } from '../src/api/console_feeds';

describe('SQL in colours', () => {
  it('loses no character and knows strings, comments and numbers', () => {
    const sql = `SELECT "a", 'it''s' -- why\nFROM t /* open`;
    const pieces = piecesOf(sql);
    expect(pieces.map((it) => it.text).join('')).toBe(sql);
    const kinds = Object.fromEntries(pieces.map((it) => [it.text, it.kind]));
    expect(kinds).toMatchObject({
      SELECT: 'keyword',
      '"a"': 'quoted',
      "'it''s'": 'string',
      '-- why': 'comment',
      t: 'word',
      '/* open': 'comment',
    });
  });

  it('finds the place of a mistake in the words of an error', () => {
    expect(placeIn('mismatched input at line 3, column 5')).toEqual({ line: 3, column: 5 });
    expect(placeIn('line 2:7: no such column')).toEqual({ line: 2, column: 7 });
    expect(placeIn('it broke')).toBeNull();
    expect(spanAt('SELECT\n  nothing', { line: 2, column: 3 })).toEqual({ from: 9, length: 7 });
    expect(spanAt('SELECT', { line: 9, column: 1 })).toBeNull();
  });
});

describe('the filter of a tail', () => {
  const row = (json: unknown): TailRow => ({
    id: '',
    shard: '',
    sequence: '',
    key: 'Key',
    base64: '',
    arrivalMillis: 0,
    bytes: 0,
    text: JSON.stringify(json),
    json,
  });

  it('compares fields, or looks for a text', () => {
    const rows = [row({ HealthPoints: 42, Name: 'Roach' }), row({ HealthPoints: 150 }), row('x')];
    const found = (filter: string) => rows.map(matcherOf(filter));
    expect(found('HealthPoints < 100')).toEqual([true, false, false]);
    expect(found('HealthPoints >= 42')).toEqual([true, true, false]);
    expect(found("Name = 'Roach'")).toEqual([true, false, false]);
    expect(found('roa')).toEqual([true, false, false]);
    expect(found(' ')).toEqual([true, true, true]);
  });
});

describe('items of a table', () => {
  it('are plain JSON and come back as they were', () => {
    const plain = { Name: 'Roach', n: 1.5, ok: true, none: null, list: [1, 'a'], map: { x: 1 } };
    expect(plainItem(itemOf(plain))).toEqual(plain);
    expect(itemOfText(textOfItem(itemOf(plain)), itemOf(plain))).toEqual(itemOf(plain));
  });

  it('keep their own form when plain JSON would lose something', () => {
    const precise = { n: { N: '12345678901234567890' } };
    expect(isPlain(precise)).toBe(false);
    expect(itemOfText(textOfItem(precise), precise)).toEqual(precise);
    expect(isPlain({ set: { SS: ['a'] } })).toBe(false);
    expect(() => itemOfText('[1]', {})).toThrow('JSON object');
  });
});

describe('objects of a delivery', () => {
  it('stand on a line each', () => {
    expect(splitObjects('{"a":1}{"b":2}\n{"c":3}')).toBe('{"a":1}\n{"b":2}\n{"c":3}');
  });
});

describe('policies', () => {
  const texts = (statement: object) => sentencesOf(statement as never).map((it) => it.text);

  it('are told in sentences', () => {
    const stream = 'arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes';
    expect(
      texts({
        Effect: 'Allow',
        Action: ['kinesis:GetRecords', 'kinesis:ListShards'],
        Resource: stream,
      }),
    ).toEqual(['may read and list stream wildrydes']);
    expect(
      texts({
        Effect: 'Deny',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      }),
    ).toEqual(['must not do everything with bucket b and objects of bucket b']);
    expect(texts({ Effect: 'Allow', Action: '*', Resource: '*' })).toEqual(['may do everything']);
    expect(
      texts({ Effect: 'Allow', Action: ['logs:PutLogEvents', 'sts:AssumeRole'], Resource: '*' }),
    ).toEqual(['may write all of logs', 'may take on all of STS']);
  });

  it('say who takes on a role', () => {
    const lambda = { Effect: 'Allow' as const, Principal: { Service: 'lambda.amazonaws.com' } };
    expect(trustWords([lambda])).toBe('lambda');
    const guests = {
      Effect: 'Allow' as const,
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
    };
    expect(trustWords([guests])).toBe('guests and users of an identity pool');
  });

  it('and refusals say what was wanted', () => {
    const said =
      'User: arn:aws:sts::1:assumed-role/Guest/x is not authorized to perform: ' +
      'kinesis:PutRecord on resource: arn:aws:kinesis:us-east-1:1:stream/w because no policy';
    expect(denialIn(said)).toEqual({
      action: 'kinesis:PutRecord',
      resource: 'arn:aws:kinesis:us-east-1:1:stream/w',
    });
    expect(denialIn('no such stream')).toBeNull();
  });
});

describe('commands', () => {
  const entry = (part: Partial<ActivityEntry>): ActivityEntry => ({
    id: 1,
    count: 1,
    first: '',
    time: '',
    requestId: '',
    principal: '',
    agent: '',
    service: 'kinesis',
    operation: 'CreateStream',
    method: 'POST',
    path: '/',
    status: 200,
    code: '',
    millis: 1,
    bytesIn: 0,
    bytesOut: 0,
    request: '',
    response: '',
    ...part,
  });

  it('ask what a request asked', () => {
    expect(commandOf(entry({ request: '{"StreamName":"it\'s"}' }))).toBe(
      `aws kinesis create-stream --cli-input-json '{"StreamName":"it'\\''s"}'`,
    );
    expect(
      commandOf(
        entry({ service: 'iam', operation: 'GetRole', request: 'Action=GetRole&RoleName=R' }),
      ),
    ).toBe('aws iam get-role --role-name R');
    expect(commandOf(entry({ service: 's3', operation: 'GetObject', path: '/b/a/c%20d' }))).toBe(
      `aws s3api get-object --bucket b --key 'a/c d' 'c d'`,
    );
    expect(
      commandOf(
        entry({ service: 'lambda', operation: 'GetFunction', path: '/2015-03-31/functions/F' }),
      ),
    ).toBe('aws lambda get-function --function-name F');
    expect(kebab('ListObjectsV2')).toBe('list-objects-v2');
  });

  it('name principals shortly and know what happens all the time', () => {
    expect(principalWords('arn:aws:iam::1:root')).toBe('root');
    expect(principalWords('arn:aws:sts::1:assumed-role/Guest/session')).toBe('Guest (role)');
    expect(principalWords('')).toBe('nobody');
    expect(isRoutine(entry({ operation: 'PutRecords' }))).toBe(true);
    expect(isRoutine(entry({ operation: 'PutRecords', status: 400 }))).toBe(false);
  });
});

describe('charts', () => {
  it('end at a round number', () => {
    expect([0, 0.3, 7, 25, 1204].map(niceCeiling)).toEqual([1, 0.5, 10, 50, 2000]);
  });
});
