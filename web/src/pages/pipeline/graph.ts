// The picture's nodes and edges, from what the account holds. Pure, so that it can be tested.
import { covers, nameOfArn, serviceOfArn, type Resources } from './resources';

export type Kind =
  | 'producers'
  | 'stream'
  | 'application'
  | 'function'
  | 'table'
  | 'delivery'
  | 'bucket'
  | 'archive'
  | 'viewers';

/** ok: works; wait: is changing; bad: fails; idle: stands still by choice. */
export type Health = 'ok' | 'wait' | 'bad' | 'idle';

export interface GraphNode {
  /** `kind:name`, as in the address. */
  id: string;
  kind: Kind;
  name: string;
  health: Health;
  /** One word of state for a person: ACTIVE, RUNNING, Enabled. */
  state: string;
  /** Only for what is missing: the command that makes it. */
  command?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  /** The stream whose records flow here. */
  stream?: string;
  bad: boolean;
  ghost: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export function nodeId(kind: Kind, name: string): string {
  return `${kind}:${name}`;
}

const working = new Set(['ACTIVE', 'RUNNING', 'Active', 'Enabled']);
const resting = new Set(['READY', 'Disabled', 'Inactive']);

export function healthOf(state: string): Health {
  if (working.has(state)) return 'ok';
  if (resting.has(state)) return 'idle';
  return /FAIL|ERROR/i.test(state) ? 'bad' : 'wait';
}

/** The node that an ARN names. */
function nodeOfArn(arn: string): string | null {
  const kinds: Record<string, Kind> = {
    kinesis: 'stream',
    lambda: 'function',
    firehose: 'delivery',
    dynamodb: 'table',
  };
  const kind = kinds[serviceOfArn(arn)];
  return kind ? nodeId(kind, nameOfArn(arn)) : null;
}

function roleName(arn: string): string {
  return nameOfArn(arn).split('/').pop() ?? '';
}

/** Whether a role's policies name this resource and allow one of the actions on it. */
function mayDo(found: Resources, role: string, actions: string[], arn: string): boolean {
  return found.grants.some(
    (grant) =>
      grant.role === role &&
      grant.resources.some((pattern) => pattern !== '*' && covers(pattern, arn)) &&
      grant.actions.some((pattern) => actions.some((action) => covers(pattern, action))),
  );
}

class Builder {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges: GraphEdge[] = [];

  add(kind: Kind, name: string, state: string, health = healthOf(state)): void {
    const id = nodeId(kind, name);
    this.nodes.set(id, { id, kind, name, state, health });
  }

  connect(from: string, to: string | null, stream?: string, bad = false): void {
    if (to === null || !this.nodes.has(from) || !this.nodes.has(to)) return;
    if (this.edges.some((edge) => edge.from === from && edge.to === to)) return;
    this.edges.push({ from, to, bad, ghost: false, ...(stream ? { stream } : {}) });
  }
}

function addNodes(found: Resources, into: Builder): void {
  for (const it of found.streams) into.add('stream', it.name, it.status);
  for (const it of found.applications) into.add('application', it.name, it.status);
  for (const it of found.functions) {
    const failing = found.mappings.some(
      (mapping) => nameOfArn(mapping.functionArn) === it.name && isFailing(mapping.lastResult),
    );
    into.add('function', it.name, it.state, failing ? 'bad' : healthOf(it.state));
  }
  for (const it of found.tables) into.add('table', it.name, it.status);
  for (const it of found.deliveries) into.add('delivery', it.name, it.status);
  for (const it of found.buckets) into.add('bucket', it.name, 'ACTIVE');
  for (const it of found.archives) into.add('archive', it.name, 'ACTIVE');
}

export function isFailing(lastResult: string): boolean {
  return /problem|error|fail/i.test(lastResult);
}

function connectStreams(found: Resources, into: Builder): void {
  for (const app of found.applications) {
    const self = nodeId('application', app.name);
    for (const input of app.inputs) {
      const source = nodeOfArn(input.sourceArn);
      if (source && app.status === 'RUNNING')
        into.connect(source, self, nameOfArn(input.sourceArn));
      else if (source) into.connect(source, self);
    }
    for (const output of app.outputs) {
      const isStream = serviceOfArn(output.targetArn) === 'kinesis';
      into.connect(
        self,
        nodeOfArn(output.targetArn),
        isStream ? nameOfArn(output.targetArn) : undefined,
      );
    }
  }
  for (const mapping of found.mappings) {
    const source = nodeOfArn(mapping.sourceArn);
    const stream = mapping.state === 'Enabled' ? nameOfArn(mapping.sourceArn) : undefined;
    if (source)
      into.connect(source, nodeOfArn(mapping.functionArn), stream, isFailing(mapping.lastResult));
  }
  for (const it of found.deliveries) {
    const self = nodeId('delivery', it.name);
    const source = it.sourceArn === '' ? null : nodeOfArn(it.sourceArn);
    if (source) into.connect(source, self, nameOfArn(it.sourceArn));
    into.connect(self, nodeId('bucket', it.bucket));
  }
}

function connectStores(found: Resources, into: Builder): void {
  for (const it of found.archives) {
    const bucket = it.location.replace(/^s3a?:\/\//, '').split('/')[0]!;
    into.connect(nodeId('bucket', bucket), nodeId('archive', it.name));
  }
  for (const it of found.functions) {
    for (const table of found.tables) {
      const writes = ['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:UpdateItem'];
      if (mayDo(found, roleName(it.role), writes, table.arn))
        into.connect(nodeId('function', it.name), nodeId('table', table.name));
    }
  }
  for (const pool of found.pools) {
    for (const stream of found.streams) {
      if (!mayDo(found, roleName(pool.guestRole), ['kinesis:GetRecords'], stream.arn)) continue;
      into.add('viewers', pool.name, 'Enabled');
      into.connect(nodeId('stream', stream.name), nodeId('viewers', pool.name), stream.name);
    }
  }
}

/** Streams that no part of the account writes are written by producers. */
function addProducers(found: Resources, into: Builder): void {
  for (const stream of found.streams) {
    const id = nodeId('stream', stream.name);
    if (into.edges.some((edge) => edge.to === id)) continue;
    if (!into.edges.some((edge) => edge.from === id)) continue;
    into.add('producers', stream.name, 'Enabled');
    into.connect(nodeId('producers', stream.name), id, stream.name);
  }
}

export function graphOf(found: Resources): Graph {
  const into = new Builder();
  addNodes(found, into);
  connectStreams(found, into);
  connectStores(found, into);
  addProducers(found, into);
  return { nodes: [...into.nodes.values()], edges: into.edges };
}

/** Nodes without any edge, which the picture leaves out and lists below it. */
export function loneNodes(graph: Graph): GraphNode[] {
  const joined = new Set(graph.edges.flatMap((edge) => [edge.from, edge.to]));
  return graph.nodes.filter((node) => !joined.has(node.id));
}
