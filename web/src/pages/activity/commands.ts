// The `aws` command that asks what a request asked: it can be pasted into a shell as it stands. Pure.
import type { ActivityEntry } from '../../api/console_feeds';
import { formOptions } from './form_options';
import { heredoc, kebab, quoted } from './shell_words';
import { wholePart } from './whole_part';

export interface ShellCommand {
  text: string;
  /** What the command lacks, because the feed does not keep it. */
  note: string;
  /** Whether AWS CLI 1 and 2 need different texts: they read binary values differently. */
  dependsOnCli: boolean;
}
export type CliVersion = 1 | 2;

const programs: Record<string, string> = {
  s3: 's3api',
  cognitoidentity: 'cognito-identity',
};
const secretServices = new Set(['sts', 'cognitoidentity']);

type Body = Record<string, unknown>;

function kilobytes(entry: ActivityEntry): string {
  return `${Math.ceil(entry.bytesIn / Math.max(1, entry.count) / 1024)} KB`;
}

/** The feed keeps little enough of a request for a line of the shell. */
function withInput(head: string, json: string): string {
  return json === '{}' ? head : `${head} --cli-input-json ${quoted(json)}`;
}

function parsed(text: string): Body | null {
  try {
    const body = JSON.parse(text) as unknown;
    return body !== null && typeof body === 'object' ? (body as Body) : null;
  } catch {
    return null;
  }
}

/** Members of Kinesis and Firehose whose text is base64 on the wire. */
const blobMember = 'Data';

function hasBlob(entry: ActivityEntry): boolean {
  return (
    (entry.service === 'kinesis' || entry.service === 'firehose') &&
    entry.request.includes(`"${blobMember}"`)
  );
}

/** The bytes as text, or null when they are none. */
function decoded(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const binaryNote = 'AWS CLI 1 cannot send the binary data among these records; AWS CLI 2 can.';

/** AWS CLI 1 encodes what it is given; AWS CLI 2 wants it encoded, as it is on the wire. */
function withRawBlobs(value: unknown, lost: () => void): unknown {
  if (Array.isArray(value)) return value.map((each) => withRawBlobs(each, lost));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name !== blobMember || typeof member !== 'string')
        return [name, withRawBlobs(member, lost)];
      const text = decoded(member);
      if (text === null) lost();
      return [name, text ?? member];
    }),
  );
}

function jsonCommand(head: string, entry: ActivityEntry, cli: CliVersion): ShellCommand {
  const dependsOnCli = hasBlob(entry);
  let body = parsed(entry.request);
  let note = '';
  if (!body) {
    const part = wholePart(entry.request);
    note = part
      ? `The feed keeps the first 4 KB of a request (${kilobytes(entry)}): the list in it is shorter here than it was.`
      : `The feed keeps the first 4 KB of a request: put all of it (${kilobytes(entry)}) into request.json.`;
    if (!part)
      return { text: `${head} --cli-input-json file://request.json`, note, dependsOnCli: false };
    body = parsed(part)!;
  }
  if (dependsOnCli && cli === 1)
    body = withRawBlobs(body, () => {
      note = `${note} ${binaryNote}`.trim();
    }) as Body;
  return { text: withInput(head, JSON.stringify(body)), note, dependsOnCli };
}

/** What Lambda's addresses name. */
function lambdaNames(path: string): Body {
  const part = (pattern: RegExp) => pattern.exec(path)?.[1];
  const names = {
    FunctionName: part(/\/functions\/([^/]+)/),
    StatementId: part(/\/policy\/([^/]+)/),
    UUID: part(/\/event-source-mappings\/([^/]+)/),
    Resource: part(/\/tags\/(.+)$/),
  };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

function optionsOf(names: Body): string {
  return Object.entries(names)
    .map(([name, value]) => ` --${kebab(name)} ${quoted(String(value))}`)
    .join('');
}

function invokeCommand(head: string, entry: ActivityEntry, names: Body): ShellCommand {
  const kind = entry.status === 202 ? ' --invocation-type Event' : '';
  const given = `${head}${optionsOf(names)}${kind}`;
  const plain = { note: '', dependsOnCli: false };
  if (entry.request === '') return { ...plain, text: `${given} response.json` };
  try {
    JSON.parse(entry.request);
  } catch {
    return {
      ...plain,
      text: `${given} --payload fileb://payload.json response.json`,
      note: `The feed keeps the first 4 KB of a request: put the whole event (${kilobytes(entry)}) into payload.json.`,
    };
  }
  // fileb: is read as it stands by AWS CLI 1 and 2 alike.
  const text = heredoc(`${given} --payload fileb:///dev/stdin response.json`, entry.request);
  return { ...plain, text };
}

function lambdaCommand(head: string, entry: ActivityEntry): ShellCommand {
  const names = lambdaNames(decodeURIComponent(entry.path));
  if (entry.operation === 'Invoke') return invokeCommand(head, entry, names);
  const plain = { note: '', dependsOnCli: false };
  const body = parsed(entry.request);
  const takesZip = ['CreateFunction', 'UpdateFunctionCode'].includes(entry.operation);
  if (!body) {
    const text = head + optionsOf(names);
    if (entry.request === '') return { ...plain, text };
    const note = `The feed keeps the first 4 KB of a request: put all of it (${kilobytes(entry)}) into `;
    if (entry.operation === 'UpdateFunctionCode')
      return {
        ...plain,
        text: `${text} --zip-file fileb://function.zip`,
        note: 'The package is not kept: put it into function.zip.',
      };
    const input = `${text} --cli-input-json file://request.json`;
    if (!takesZip) return { ...plain, text: input, note: `${note}request.json.` };
    return {
      ...plain,
      text: `${input} --zip-file fileb://function.zip`,
      note: `${note}request.json without its Code, and the package into function.zip.`,
    };
  }
  const { Code: code, ZipFile: file, ...rest } = body;
  const zip = file ?? (code as Body | undefined)?.['ZipFile'];
  if (takesZip && typeof zip === 'string') {
    const input = JSON.stringify({ ...names, ...rest });
    const line = `${head} --cli-input-json ${quoted(input)} --zip-file fileb:///dev/stdin`;
    return { ...plain, text: heredoc('base64 -d', zip, line) };
  }
  return { ...plain, text: withInput(head, JSON.stringify({ ...names, ...body })) };
}

function s3Command(head: string, entry: ActivityEntry): ShellCommand {
  const [bucket, ...rest] = decodeURIComponent(entry.path).slice(1).split('/');
  const key = rest.join('/');
  const file = quoted(rest.at(-1) || 'object');
  let text =
    head + (bucket ? ` --bucket ${quoted(bucket)}` : '') + (key ? ` --key ${quoted(key)}` : '');
  let note = '';
  if (entry.operation === 'GetObject') text += ` ${file}`;
  else if (entry.operation === 'PutObject') {
    text += ` --body ${file}`;
    note = `The object's bytes are not kept: ${file} is a file of yours.`;
  } else if (
    /^(Put|Delete(Objects|Bucket[A-Z])|Create|Complete|Copy|Upload)/.test(entry.operation) &&
    entry.bytesIn > 0
  )
    note = 'What such a request says beyond bucket and key is not kept.';
  else if (entry.operation.startsWith('List') && bucket)
    note = 'A prefix or a limit in its address is not kept.';
  return { text, note, dependsOnCli: false };
}

export function shellCommand(entry: ActivityEntry, cli: CliVersion = 2): ShellCommand {
  const head = `aws ${programs[entry.service] ?? entry.service} ${kebab(entry.operation)}`;
  if (entry.service === 's3') return s3Command(head, entry);
  if (entry.service === 'lambda') return lambdaCommand(head, entry);
  if (entry.request.startsWith('{')) return jsonCommand(head, entry, cli);
  if (entry.request.includes('Action='))
    return { text: head + formOptions(entry.request), note: '', dependsOnCli: false };
  const isKept = entry.request !== '' || entry.bytesIn === 0;
  const note = isKept
    ? ''
    : secretServices.has(entry.service) || entry.operation.includes('AccessKey')
      ? 'Its parameters are not kept: they may be secret.'
      : 'Its parameters are not kept: they came in binary (CBOR).';
  return { text: head, note, dependsOnCli: false };
}

export function commandOf(entry: ActivityEntry): string {
  return shellCommand(entry).text;
}

/** A principal in a few words: root, a user, a role and its session. */
export function principalWords(arn: string): string {
  if (arn === '') return 'nobody';
  if (arn.endsWith(':root')) return 'root';
  const [kind, ...rest] = arn.split(':').slice(5).join(':').split('/');
  if (kind === 'assumed-role') return `${rest[0]} (role)`;
  return rest.join('/') || arn;
}

/** Operations that happen all the time while a pipeline runs. */
const routine = new Set([
  'PutRecords',
  'PutRecord',
  'GetRecords',
  'PutRecordBatch',
  'BatchWriteItem',
  'PutItem',
]);

export function isRoutine(entry: ActivityEntry): boolean {
  return entry.status < 400 && routine.has(entry.operation);
}
