// Reads tables, buckets, the catalogue, pools and the grants of roles.
import { aws, elementsOf, iam, s3, textOf } from '../../api/aws';
import type {
  ArchiveResource,
  BucketResource,
  Grant,
  IndexResource,
  KeyColumn,
  PoolResource,
  TableResource,
} from './resources';

interface KeySchema {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}
interface IndexDescription {
  IndexName: string;
  IndexStatus?: string;
  KeySchema: KeySchema[];
  Projection?: { ProjectionType?: string; NonKeyAttributes?: string[] };
}
interface TableDescription {
  TableArn: string;
  TableStatus: string;
  ItemCount?: number;
  TableSizeBytes?: number;
  KeySchema: KeySchema[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
}

function holdsOf({ Projection }: IndexDescription): string {
  if (Projection?.ProjectionType === 'KEYS_ONLY') return 'keys only';
  if (Projection?.ProjectionType === 'INCLUDE')
    return `keys, ${(Projection.NonKeyAttributes ?? []).join(', ')}`;
  return 'whole items';
}

function tableOf(name: string, told: TableDescription): TableResource {
  const types = new Map(
    told.AttributeDefinitions.map((it) => [it.AttributeName, it.AttributeType]),
  );
  const keysOf = (schema: KeySchema[]) =>
    schema.map((key): KeyColumn => ({
      name: key.AttributeName,
      kind: key.KeyType,
      type: types.get(key.AttributeName) ?? 'S',
    }));
  const indexOf = (it: IndexDescription, isGlobal: boolean): IndexResource => ({
    name: it.IndexName,
    isGlobal,
    status: it.IndexStatus ?? told.TableStatus,
    keys: keysOf(it.KeySchema),
    holds: holdsOf(it),
  });
  return {
    name,
    arn: told.TableArn,
    status: told.TableStatus,
    items: told.ItemCount ?? 0,
    bytes: told.TableSizeBytes ?? 0,
    keys: keysOf(told.KeySchema),
    indexes: [
      ...(told.GlobalSecondaryIndexes ?? []).map((it) => indexOf(it, true)),
      ...(told.LocalSecondaryIndexes ?? []).map((it) => indexOf(it, false)),
    ],
  };
}

export async function loadTables(): Promise<TableResource[]> {
  const { TableNames } = await aws<{ TableNames: string[] }>('dynamodb', 'ListTables', {
    Limit: 100,
  });
  return Promise.all(
    TableNames.map(async (name) => {
      const { Table } = await aws<{ Table: TableDescription }>('dynamodb', 'DescribeTable', {
        TableName: name,
      });
      return tableOf(name, Table);
    }),
  );
}

export async function loadBuckets(): Promise<BucketResource[]> {
  const list = await s3('/');
  return Promise.all(
    elementsOf(list, 'Buckets', 'Bucket').map(async (bucket) => {
      const name = textOf(bucket, 'Name');
      const page = await s3(`/${name}?list-type=2&max-keys=1000`);
      return {
        name,
        objects: Number(textOf(page, 'KeyCount')),
        hasMore: textOf(page, 'IsTruncated') === 'true',
      };
    }),
  );
}

export async function loadArchives(): Promise<ArchiveResource[]> {
  const { DatabaseList } = await aws<{ DatabaseList: { Name: string }[] }>('glue', 'GetDatabases');
  const tables = await Promise.all(
    DatabaseList.map(async ({ Name }) => {
      const { TableList } = await aws<{
        TableList: {
          Name: string;
          StorageDescriptor?: {
            Location?: string;
            Columns?: { Name: string; Type?: string }[];
          };
        }[];
      }>('glue', 'GetTables', { DatabaseName: Name });
      return TableList.map((table) => ({
        database: Name,
        name: table.Name,
        location: table.StorageDescriptor?.Location ?? '',
        columns: (table.StorageDescriptor?.Columns ?? []).map((column) => ({
          name: column.Name,
          type: column.Type ?? '',
        })),
      }));
    }),
  );
  return tables.flat();
}

export async function loadPools(): Promise<PoolResource[]> {
  const { IdentityPools } = await aws<{
    IdentityPools: { IdentityPoolId: string; IdentityPoolName: string }[];
  }>('cognito-identity', 'ListIdentityPools', { MaxResults: 60 });
  return Promise.all(
    IdentityPools.map(async (pool) => {
      const { Roles } = await aws<{ Roles?: { unauthenticated?: string } }>(
        'cognito-identity',
        'GetIdentityPoolRoles',
        { IdentityPoolId: pool.IdentityPoolId },
      );
      return {
        id: pool.IdentityPoolId,
        name: pool.IdentityPoolName,
        guestRole: Roles?.unauthenticated ?? '',
      };
    }),
  );
}

interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: string | string[];
}

function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** What the inline policies of a role allow. */
export async function loadGrants(role: string): Promise<Grant[]> {
  const names = elementsOf(await iam('ListRolePolicies', { RoleName: role }), 'PolicyNames');
  const grants = await Promise.all(
    names.map(async (name) => {
      const answer = await iam('GetRolePolicy', {
        RoleName: role,
        PolicyName: name.textContent ?? '',
      });
      const document = JSON.parse(decodeURIComponent(textOf(answer, 'PolicyDocument'))) as {
        Statement: Statement | Statement[];
      };
      return listOf(document.Statement)
        .filter((statement) => statement.Effect === 'Allow')
        .map((statement) => ({
          role,
          actions: listOf(statement.Action),
          resources: listOf(statement.Resource),
        }));
    }),
  );
  return grants.flat();
}
