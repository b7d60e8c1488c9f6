// Signature Version 4 for AWS requests, made in the browser with WebCrypto.

export interface Credentials {
  accessKeyId: string;
  secretKey: string;
  sessionToken?: string;
}

/**
 * What is signed. `path` is already encoded; `headers` must hold every header that is to be
 * signed.
 */
export interface SignableRequest {
  method: string;
  path: string;
  query: ReadonlyArray<readonly [string, string]>;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface SigningScope {
  region: string;
  service: string;
  time: Date;
}

const encoder = new TextEncoder();
const algorithm = 'AWS4-HMAC-SHA256';

/** `20150830T123600Z` */
export function amzDate(time: Date): string {
  return time.toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('');
}

async function sha256Hex(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}

async function hmac(
  key: ArrayBuffer | Uint8Array<ArrayBuffer>,
  text: string,
): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey(
    'raw',
    key,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text));
}

/** Percent-encodes everything but the unreserved characters of RFC 3986. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: SignableRequest['query']): string {
  return query
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join('&');
}

function canonicalHeaders(headers: SignableRequest['headers']): { text: string; names: string } {
  const rows = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    text: rows.map(([name, value]) => `${name}:${value}\n`).join(''),
    names: rows.map(([name]) => name).join(';'),
  };
}

export async function canonicalRequest(request: SignableRequest): Promise<string> {
  const headers = canonicalHeaders(request.headers);
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers.text,
    headers.names,
    await sha256Hex(request.body),
  ].join('\n');
}

export async function signingKey(
  secretKey: string,
  day: string,
  region: string,
  service: string,
): Promise<ArrayBuffer> {
  const dayKey = await hmac(encoder.encode(`AWS4${secretKey}`), day);
  const regionKey = await hmac(dayKey, region);
  const serviceKey = await hmac(regionKey, service);
  return hmac(serviceKey, 'aws4_request');
}

/** The value of the Authorization header. The headers must already hold host and x-amz-date. */
export async function authorization(
  request: SignableRequest,
  credentials: Credentials,
  scope: SigningScope,
): Promise<string> {
  const date = amzDate(scope.time);
  const day = date.slice(0, 8);
  const scopeText = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = [
    algorithm,
    date,
    scopeText,
    await sha256Hex(await canonicalRequest(request)),
  ].join('\n');
  const key = await signingKey(credentials.secretKey, day, scope.region, scope.service);
  const signature = hex(await hmac(key, toSign));
  const names = canonicalHeaders(request.headers).names;
  return (
    `${algorithm} Credential=${credentials.accessKeyId}/${scopeText}, ` +
    `SignedHeaders=${names}, Signature=${signature}`
  );
}
