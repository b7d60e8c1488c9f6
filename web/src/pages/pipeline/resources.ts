// What an account holds, as far as the pipeline's picture and its details need it.

export interface StreamResource {
  name: string;
  arn: string;
  status: string;
  shards: number;
  retentionHours: number;
  /** Whether each shard is measured, not the stream alone. */
  shardMetrics: boolean;
}
export interface Column {
  name: string;
  type: string;
  mapping?: string;
}
export interface ApplicationResource {
  name: string;
  arn: string;
  status: string;
  version: number;
  code: string;
  role: string;
  inputs: { id: string; prefix: string; sourceArn: string; columns: Column[] }[];
  outputs: { id: string; name: string; targetArn: string }[];
}
export interface FunctionResource {
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  role: string;
  state: string;
  timeoutSeconds: number;
  memoryMib: number;
  codeBytes: number;
  modified: string;
  environment: Record<string, string>;
}
export interface MappingResource {
  id: string;
  functionArn: string;
  sourceArn: string;
  state: string;
  lastResult: string;
  batchSize: number;
}
export interface KeyColumn {
  name: string;
  kind: 'HASH' | 'RANGE';
  type: string;
}
export interface IndexResource {
  name: string;
  /** Of its own partition key, or of the table's. */
  isGlobal: boolean;
  status: string;
  keys: KeyColumn[];
  /** What of an item is in it, in words. */
  holds: string;
}
export interface TableResource {
  name: string;
  arn: string;
  status: string;
  items: number;
  bytes: number;
  keys: KeyColumn[];
  indexes: IndexResource[];
}
export interface DeliveryResource {
  name: string;
  arn: string;
  status: string;
  sourceArn: string;
  bucket: string;
  prefix: string;
  intervalSeconds: number;
  sizeMib: number;
  compression: string;
}
export interface BucketResource {
  name: string;
  /** Objects of the first page, at most 1,000. */
  objects: number;
  hasMore: boolean;
}
export interface ArchiveResource {
  database: string;
  name: string;
  location: string;
  columns: Column[];
}
export interface PoolResource {
  id: string;
  name: string;
  guestRole: string;
}
/** What a role may do, from its policies: action patterns on resource patterns. */
export interface Grant {
  role: string;
  actions: string[];
  resources: string[];
}

export interface Resources {
  streams: StreamResource[];
  applications: ApplicationResource[];
  functions: FunctionResource[];
  mappings: MappingResource[];
  tables: TableResource[];
  deliveries: DeliveryResource[];
  buckets: BucketResource[];
  archives: ArchiveResource[];
  pools: PoolResource[];
  grants: Grant[];
  /** Services that could not be asked, with what they said. */
  problems: string[];
}

export const noResources: Resources = {
  streams: [],
  applications: [],
  functions: [],
  mappings: [],
  tables: [],
  deliveries: [],
  buckets: [],
  archives: [],
  pools: [],
  grants: [],
  problems: [],
};

/** The last part of an ARN: a stream's, table's, function's or bucket's name. */
export function nameOfArn(arn: string): string {
  const tail = arn.split(':').slice(5).join(':');
  if (tail.startsWith('function:')) return tail.split(':')[1]!;
  return tail.slice(tail.indexOf('/') + 1);
}

/** The service in an ARN. */
export function serviceOfArn(arn: string): string {
  return arn.split(':')[2] ?? '';
}

/** Whether an IAM pattern with `*` and `?` covers `text`. */
export function covers(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}
