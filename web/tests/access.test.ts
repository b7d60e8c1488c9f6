// Policies as they are typed.
import { describe, expect, it } from 'vitest';
import { documentOf, readDocument } from '../src/pages/access/edit_access';

const statement = { Effect: 'Allow' as const, Action: 'kinesis:*', Resource: '*' };

describe('a policy that is being typed', () => {
  it('is its statements, one or many', () => {
    expect(readDocument(documentOf([statement, statement]))).toEqual({
      statements: [statement, statement],
    });
    expect(readDocument(JSON.stringify({ Statement: statement }))).toEqual({
      statements: [statement],
    });
  });

  it('says why it is none yet, whatever it is', () => {
    for (const text of [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{}',
      '{"Statement":[null]}',
      '{"Statement":[{}]}',
    ])
      expect(readDocument(text), text).toHaveProperty('problem');
  });
});
