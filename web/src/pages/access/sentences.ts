// Policies in plain sentences: "may read stream wildrydes". Pure.

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: unknown;
  Condition?: object;
}

export interface Sentence {
  text: string;
  deny: boolean;
  /** The very actions and resources, for those who want to know exactly. */
  exactly: string;
}

const serviceWords: Record<string, string> = {
  kinesis: 'Kinesis',
  firehose: 'Firehose',
  kinesisanalytics: 'SQL applications',
  lambda: 'Lambda',
  dynamodb: 'DynamoDB',
  s3: 'S3',
  logs: 'logs',
  iam: 'IAM',
  sts: 'STS',
  athena: 'Athena',
  glue: 'the catalogue',
  'cognito-identity': 'identity pools',
};
const reads = /^(Get|BatchGet|Query|Scan|Subscribe|Filter|Head)/;
const writes = /^(Put|BatchWrite|Update|Write|Send|Publish)/;

export function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function verbOf(action: string): string {
  const name = action.split(':')[1] ?? action;
  if (name === '*') return 'do everything with';
  if (reads.test(name)) return 'read';
  // To know that something is there is not to read what it holds.
  if (/^List/.test(name)) return 'list';
  if (/^Describe/.test(name)) return 'describe';
  if (writes.test(name)) return 'write';
  if (/^Create/.test(name)) return 'create';
  if (/^Delete/.test(name)) return 'delete in';
  if (/^Invoke/.test(name)) return 'invoke';
  if (/^AssumeRole/.test(name)) return 'take on';
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function joined(words: string[]): string {
  const list = [...new Set(words)];
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

/** What a resource pattern means in words. */
export function resourceWords(pattern: string, service: string): string {
  if (pattern === '*') return `all of ${serviceWords[service] ?? service}`;
  const parts = pattern.split(':');
  const tail = parts.slice(5).join(':');
  switch (parts[2]) {
    case 's3': {
      const [bucket, ...key] = tail.split('/');
      return key.length > 0 ? `objects of bucket ${bucket}` : `bucket ${bucket}`;
    }
    case 'logs':
      return tail === '*' ? 'all logs' : `logs ${tail.replace(/^log-group:/, '')}`;
    case 'lambda':
      return `function ${tail.replace(/^function:/, '')}`;
    default:
      return tail.replace('/', ' ');
  }
}

/** One sentence for each service that a statement speaks of. */
export function sentencesOf(statement: Statement): Sentence[] {
  const deny = statement.Effect === 'Deny';
  const may = deny ? 'must not' : 'may';
  const resources = listOf(statement.Resource);
  const notActions = listOf(statement.NotAction);
  const condition = statement.Condition ? ', on a condition' : '';
  const exactly = JSON.stringify(statement, null, 2);
  if (notActions.length > 0) {
    return [{ text: `${may} do everything but ${joined(notActions)}${condition}`, deny, exactly }];
  }
  const byService = new Map<string, string[]>();
  for (const action of listOf(statement.Action)) {
    const service = action === '*' ? '*' : action.split(':')[0]!.toLowerCase();
    byService.set(service, [...(byService.get(service) ?? []), action]);
  }
  return [...byService].map(([service, actions]) => {
    if (service === '*' && resources.includes('*'))
      return { text: `${may} do everything${condition}`, deny, exactly };
    const own = resources.filter((it) => it === '*' || it.split(':')[2] === service);
    const objects = (own.length > 0 ? own : resources).map((it) => resourceWords(it, service));
    return {
      text: `${may} ${joined(actions.map(verbOf))} ${joined(objects)}${condition}`,
      deny,
      exactly,
    };
  });
}

/** Who may take on a role, from its trust policy. */
export function trustWords(statements: Statement[]): string {
  const names = statements.flatMap((statement) => {
    const principal = statement.Principal as string | Record<string, string | string[]> | undefined;
    if (typeof principal === 'string') return principal === '*' ? ['anybody'] : [principal];
    return Object.values(principal ?? {})
      .flatMap(listOf)
      .map((name) =>
        name === 'cognito-identity.amazonaws.com'
          ? 'guests and users of an identity pool'
          : name.replace('.amazonaws.com', ''),
      );
  });
  return joined(names) || 'nobody';
}

/** What a refusal says: who lacked which action on which resource; null when it says neither. */
export function denialIn(message: string): { action: string; resource: string } | null {
  const found = /not authorized to perform:\s*(\S+)(?:\s+on resource:\s*(\S+))?/.exec(message);
  if (!found) return null;
  return { action: found[1]!, resource: (found[2] ?? '*').replace(/["',]+$/, '') };
}
