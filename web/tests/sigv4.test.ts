// The signer against AWS's published test vectors and the examples of the general reference.
import { describe, expect, it } from 'vitest';
import { amzDate, authorization, canonicalRequest, signingKey, uriEncode } from '../src/aws/sigv4';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const time = new Date('2015-08-30T12:36:00Z');
const scope = { region: 'us-east-1', service: 'service', time };
const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
const signatureOf = (header: string) => header.slice(header.indexOf('Signature=') + 10);

describe('sigv4', () => {
  it('derives the signing key of the general reference', async () => {
    const key = await signingKey(credentials.secretKey, '20150830', 'us-east-1', 'iam');
    expect(Buffer.from(key).toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    );
  });

  it('signs the vector get-vanilla', async () => {
    const header = await authorization(
      { method: 'GET', path: '/', query: [], headers, body: '' },
      credentials,
      scope,
    );
    expect(header).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, ' +
        'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    );
  });

  it('signs the vector post-vanilla', async () => {
    const header = await authorization(
      { method: 'POST', path: '/', query: [], headers, body: '' },
      credentials,
      scope,
    );
    expect(signatureOf(header)).toBe(
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  it('signs the vector get-vanilla-query-order-key-case', async () => {
    const query = [
      ['Param2', 'value2'],
      ['Param1', 'value1'],
    ] as const;
    const header = await authorization(
      { method: 'GET', path: '/', query, headers, body: '' },
      credentials,
      scope,
    );
    expect(signatureOf(header)).toBe(
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    );
  });

  it('signs the vector post-x-www-form-urlencoded with its body', async () => {
    const header = await authorization(
      {
        method: 'POST',
        path: '/',
        query: [],
        body: 'Param1=value1',
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
      },
      credentials,
      scope,
    );
    expect(signatureOf(header)).toBe(
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    );
  });

  it('hashes the canonical request of the general reference', async () => {
    const text = await canonicalRequest({
      method: 'GET',
      path: '/',
      body: '',
      query: [
        ['Action', 'ListUsers'],
        ['Version', '2010-05-08'],
      ],
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        host: 'iam.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
      },
    });
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    expect(Buffer.from(hash).toString('hex')).toBe(
      'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
    );
  });

  it('folds spaces in header values and lower-cases their names', async () => {
    const text = await canonicalRequest({
      method: 'GET',
      path: '/',
      query: [],
      body: '',
      headers: { 'My-Header1': ' value1   a ', Host: 'h' },
    });
    expect(text).toContain('host:h\nmy-header1:value1 a\n');
  });

  it('writes dates and encodes as AWS does', () => {
    expect(amzDate(new Date('2026-11-22T01:02:03.456Z'))).toBe('20261122T010203Z');
    expect(uriEncode("a b/c~!'()*")).toBe('a%20b%2Fc~%21%27%28%29%2A');
  });
});
