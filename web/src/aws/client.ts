// Calls AWS JSON 1.1 operations on the page's own origin, unsigned or signed.
import { amzDate, authorization, type Credentials } from './sigv4';

/**
 * An answer of the service that is an error, with AWS's code such as `ExpiredIteratorException`.
 */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

export interface Endpoint {
  /** Host with port as the browser sends it. */
  host: string;
  region: string;
  /** Milliseconds that the server's clock is ahead of the browser's. */
  clockSkewMillis: number;
  fetch: typeof fetch;
}

const contentType = 'application/x-amz-json-1.1';
const timeoutMillis = 10_000;

export type Caller = <Output>(operation: string, input: object) => Promise<Output>;

/** A caller of operations that anyone may call, such as Cognito's GetId. */
export function unsignedCaller(endpoint: Endpoint, targetPrefix: string): Caller {
  return (operation, input) => {
    const headers = { 'content-type': contentType, 'x-amz-target': `${targetPrefix}.${operation}` };
    return send(endpoint, headers, JSON.stringify(input));
  };
}

/** A caller that signs each request with what `credentials` gives at that moment. */
export function signedCaller(
  endpoint: Endpoint,
  targetPrefix: string,
  service: string,
  credentials: () => Promise<Credentials>,
): Caller {
  return async (operation, input) => {
    const keys = await credentials();
    const time = new Date(Date.now() + endpoint.clockSkewMillis);
    const body = JSON.stringify(input);
    const headers: Record<string, string> = {
      'content-type': contentType,
      'x-amz-date': amzDate(time),
      'x-amz-target': `${targetPrefix}.${operation}`,
    };
    if (keys.sessionToken) headers['x-amz-security-token'] = keys.sessionToken;
    // The browser sets Host itself; it is signed but cannot be sent from here.
    const signed = { ...headers, host: endpoint.host };
    headers['authorization'] = await authorization(
      { method: 'POST', path: '/', query: [], headers: signed, body },
      keys,
      { region: endpoint.region, service, time },
    );
    return send(endpoint, headers, body);
  };
}

async function send<Output>(
  endpoint: Endpoint,
  headers: Record<string, string>,
  body: string,
): Promise<Output> {
  const answer = await endpoint.fetch('/', {
    method: 'POST',
    headers,
    body,
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(timeoutMillis),
  });
  const text = await answer.text();
  if (!answer.ok) throw serviceError(answer.status, text);
  return JSON.parse(text === '' ? '{}' : text) as Output;
}

function serviceError(status: number, text: string): ServiceError {
  try {
    const body = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
    const code = (body.__type ?? 'UnknownError').split('#').pop()!.split(':')[0]!;
    return new ServiceError(code, body.message ?? body.Message ?? code, status);
  } catch {
    return new ServiceError('UnknownError', `the server answered ${status}`, status);
  }
}
