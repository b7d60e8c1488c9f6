// The `aws` command that asks what a request asked. Pure.
import type { ActivityEntry } from '../../api/console_feeds';

const programs: Record<string, string> = {
  s3: 's3api',
  cognitoidentity: 'cognito-identity',
};

export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Parameters of the Query protocol as options; lists are left to the reader. */
function formOptions(body: string): string {
  return [...new URLSearchParams(body)]
    .filter(([name]) => name !== 'Action' && name !== 'Version' && !name.includes('.'))
    .map(([name, value]) => ` --${kebab(name)} ${quoted(value)}`)
    .join('');
}

function pathOptions(entry: ActivityEntry): string {
  const path = decodeURIComponent(entry.path);
  if (entry.service === 's3') {
    const [bucket, ...key] = path.slice(1).split('/');
    const keyText = key.join('/');
    return (
      (bucket ? ` --bucket ${quoted(bucket)}` : '') + (keyText ? ` --key ${quoted(keyText)}` : '')
    );
  }
  const named = /\/functions\/([^/]+)/.exec(path)?.[1];
  const mapping = /\/event-source-mappings\/([^/]+)/.exec(path)?.[1];
  return named ? ` --function-name ${quoted(named)}` : mapping ? ` --uuid ${quoted(mapping)}` : '';
}

export function commandOf(entry: ActivityEntry): string {
  const program = programs[entry.service] ?? entry.service;
  const head = `aws ${program} ${kebab(entry.operation)}`;
  if (entry.request.startsWith('{') && entry.service !== 'lambda') {
    // A body that was cut would be no JSON.
    const isWhole = entry.request.length < 4_096;
    const bare = entry.request.trim() === '{}';
    return bare ? head : isWhole ? `${head} --cli-input-json ${quoted(entry.request)}` : head;
  }
  if (entry.request.includes('Action=')) return head + formOptions(entry.request);
  return head + pathOptions(entry);
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
