// Verifies a Signature Version 4 Authorization header, written apart from the page's signer.
import { createHash, createHmac } from 'node:crypto';

const credential = 'Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request';
const form = new RegExp(
  `^AWS4-HMAC-SHA256 ${credential}, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$`,
);
const hmac = (key, text) => createHmac('sha256', key).update(text, 'utf8').digest();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * null when the signature is right, else the AWS error code. `keys` maps access key to {secret,
 * token}.
 */
export function checkSignature(request, body, keys) {
  const header = request.headers['authorization'];
  if (!header) return 'MissingAuthenticationTokenException';
  const match = form.exec(header);
  if (!match) return 'IncompleteSignatureException';
  const [, accessKey, day, region, service, signedHeaders, signature] = match;
  const known = keys.get(accessKey);
  if (!known || known.token !== request.headers['x-amz-security-token'])
    return 'UnrecognizedClientException';
  if (known.expires < Date.now()) return 'ExpiredTokenException';
  const list = signedHeaders.split(';');
  if (
    !['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'].every((name) =>
      list.includes(name),
    )
  ) {
    return 'IncompleteSignatureException';
  }
  const canonical = [
    'POST',
    '/',
    '',
    ...list.map((name) => `${name}:${request.headers[name]}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const date = request.headers['x-amz-date'];
  const toSign = [
    'AWS4-HMAC-SHA256',
    date,
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonical),
  ].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${known.secret}`, day), region), service), 'aws4_request');
  return hmac(key, toSign).toString('hex') === signature ? null : 'InvalidSignatureException';
}
