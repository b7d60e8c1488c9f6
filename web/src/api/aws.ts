// Every AWS operation of the account, through the console's session: the server signs.

export type JsonService =
  | 'kinesis'
  | 'firehose'
  | 'kinesisanalytics'
  | 'dynamodb'
  | 'cognito-identity'
  | 'athena'
  | 'glue'
  | 'logs'
  | 'monitoring';

const targets: Record<JsonService, string> = {
  kinesis: 'Kinesis_20131202',
  firehose: 'Firehose_20150804',
  kinesisanalytics: 'KinesisAnalytics_20180523',
  dynamodb: 'DynamoDB_20120810',
  'cognito-identity': 'AWSCognitoIdentityService',
  athena: 'AmazonAthena',
  glue: 'AWSGlue',
  logs: 'Logs_20140328',
  monitoring: 'GraniteServiceVersion20100801',
};
const base = '/_/api/aws';
const timeoutMillis = 30_000;

/** What a service answered instead of a result, or that the server could not be reached. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'AwsError';
  }
}

/** An operation of a service that speaks AWS's JSON. */
export async function aws<Output>(
  service: JsonService,
  operation: string,
  input: object = {},
): Promise<Output> {
  const version = ['dynamodb', 'athena', 'monitoring'].includes(service) ? '1.0' : '1.1';
  const answer = await send(`/${service}/`, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': `${targets[service]}.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const text = await answer.text();
  return JSON.parse(text === '' ? '{}' : text) as Output;
}

/** An operation of Lambda: `path` below the server's root. */
export async function lambda<Output>(method: string, path: string, body?: object): Promise<Output> {
  const answer = await send(`/lambda${path}`, {
    method,
    ...(body
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {}),
  });
  const text = await answer.text();
  return JSON.parse(text === '' ? '{}' : text) as Output;
}

/** A raw call, for answers that are no JSON document. */
export function send(path: string, init: RequestInit): Promise<Response> {
  return fetch(base + path, {
    ...init,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: init.signal ?? AbortSignal.timeout(timeoutMillis),
  }).then(async (answer) => {
    if (!answer.ok) throw await errorOf(answer);
    return answer;
  });
}

/** The address of an object, for the browser to save. */
export function objectAddress(bucket: string, key: string): string {
  return `${base}/s3/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/** A GET of S3 that answers XML. */
export async function s3(path: string): Promise<Document> {
  return xmlOf(await (await send(`/s3${path}`, { method: 'GET' })).text());
}

/** An action of IAM with its parameters in the Query form. */
export async function iam(action: string, parameters: Record<string, string> = {}) {
  const form = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters });
  const answer = await send('/iam/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  return xmlOf(await answer.text());
}

function xmlOf(text: string): Document {
  return new DOMParser().parseFromString(text, 'text/xml');
}

/** Text of the first element of this name below `node`, or ''. */
export function textOf(node: Document | Element, name: string): string {
  return node.getElementsByTagName(name)[0]?.textContent ?? '';
}

/** The children named `item` of every element named `list`. */
export function elementsOf(node: Document | Element, list: string, item = 'member'): Element[] {
  return [...node.getElementsByTagName(list)].flatMap((parent) =>
    [...parent.children].filter((child) => child.tagName === item),
  );
}

async function errorOf(answer: Response): Promise<AwsError> {
  const text = await answer.text();
  const status = answer.status;
  if (text.trimStart().startsWith('<')) {
    const xml = xmlOf(text);
    return new AwsError(textOf(xml, 'Code') || String(status), textOf(xml, 'Message'), status);
  }
  try {
    const body = JSON.parse(text) as {
      __type?: string;
      code?: string;
      message?: string;
      Message?: string;
    };
    const told = body.__type ?? body.code ?? answer.headers.get('x-amzn-errortype');
    const code = (told ?? String(status)).split('#').pop()!.split(':')[0]!;
    return new AwsError(code, body.message ?? body.Message ?? code, status);
  } catch {
    return new AwsError(
      String(status),
      text.slice(0, 300) || `the server answered ${status}`,
      status,
    );
  }
}

/** What an error says, for a person. */
export function wordsOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
