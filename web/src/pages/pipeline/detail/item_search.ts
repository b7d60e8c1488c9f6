// What is looked for in a table, as DynamoDB is asked for it. Pure.
import type { IndexResource, KeyColumn, TableResource } from '../resources';
import type { AttributeValue, Item } from './item_json';

export const keyComparisons = ['is', 'begins with', '<', '<=', '>', '>=', 'between'] as const;
export type KeyComparison = (typeof keyComparisons)[number];

export const filterComparisons = [
  'is',
  'is not',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'begins with',
  'contains',
  'is there',
  'is not there',
] as const;
export type FilterComparison = (typeof filterComparisons)[number];

/** As people say them; sets and lists are looked into with `contains`. */
export const valueTypes = { S: 'text', N: 'number', BOOL: 'true or false' } as const;
export type ValueType = keyof typeof valueTypes;

export interface Filter {
  attribute: string;
  comparison: FilterComparison;
  type: ValueType;
  value: string;
  /** The other end of `between`. */
  to: string;
}

export interface Wanted {
  /** '': the table itself. */
  index: string;
  /** '': a scan. */
  key: string;
  sort: { comparison: KeyComparison; value: string; to: string };
  isDescending: boolean;
  filters: Filter[];
}

export function indexOf(table: TableResource, name: string): IndexResource | undefined {
  return table.indexes.find((index) => index.name === name);
}

/** The keys that are asked by: of the index, or of the table. */
export function keysOf(table: TableResource, index: string): KeyColumn[] {
  return indexOf(table, index)?.keys ?? table.keys;
}

/** Everything that the table or the index holds. */
export function anythingIn(table: TableResource, index: string, filters: Filter[] = []): Wanted {
  const isText = keysOf(table, index)[1]?.type === 'S';
  const sort = {
    comparison: isText ? ('begins with' as const) : ('is' as const),
    value: '',
    to: '',
  };
  return { index, key: '', sort, isDescending: true, filters };
}

export function hasValue(comparison: FilterComparison): boolean {
  return comparison !== 'is there' && comparison !== 'is not there';
}

/** Names and values of expressions, which cannot stand in them. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Item = {};

  name(attribute: string): string {
    // What is in a document is reached by a path: a.b
    return attribute
      .split('.')
      .map((part) => {
        const known = Object.entries(this.names).find(([, name]) => name === part);
        const key = known?.[0] ?? `#n${Object.keys(this.names).length}`;
        this.names[key] = part;
        return key;
      })
      .join('.');
  }

  value(type: string, text: string): string {
    const key = `:v${Object.keys(this.values).length}`;
    this.values[key] = typed(type, text);
    return key;
  }
}

function typed(type: string, text: string): AttributeValue {
  if (type === 'BOOL') return { BOOL: text.trim().toLowerCase() === 'true' };
  return { [type]: type === 'S' ? text : text.trim() };
}

/** A comparison that key conditions and filters have in common. */
function compared(
  name: string,
  comparison: KeyComparison | FilterComparison,
  type: string,
  value: string,
  to: string,
  holders: Placeholders,
): string {
  const first = () => holders.value(type, value);
  switch (comparison) {
    case 'is':
      return `${name} = ${first()}`;
    case 'is not':
      return `${name} <> ${first()}`;
    case 'between':
      return `${name} BETWEEN ${first()} AND ${holders.value(type, to)}`;
    case 'begins with':
      return `begins_with(${name}, ${first()})`;
    case 'contains':
      return `contains(${name}, ${first()})`;
    case 'is there':
      return `attribute_exists(${name})`;
    case 'is not there':
      return `attribute_not_exists(${name})`;
    default:
      return `${name} ${comparison} ${first()}`;
  }
}

export interface Asked {
  operation: 'Query' | 'Scan';
  input: object;
}

export function askedFor(table: TableResource, wanted: Wanted): Asked {
  const [hash, range] = keysOf(table, wanted.index);
  const holders = new Placeholders();
  const input: Record<string, unknown> = { TableName: table.name };
  if (wanted.index !== '') input['IndexName'] = wanted.index;
  if (wanted.key !== '') {
    const conditions = [`${holders.name(hash!.name)} = ${holders.value(hash!.type, wanted.key)}`];
    const { comparison, value, to } = wanted.sort;
    if (range && value !== '')
      conditions.push(
        compared(holders.name(range.name), comparison, range.type, value, to, holders),
      );
    input['KeyConditionExpression'] = conditions.join(' AND ');
    input['ScanIndexForward'] = !wanted.isDescending;
  }
  const filters = wanted.filters
    .filter((it) => it.attribute.trim() !== '')
    .map((it) =>
      compared(holders.name(it.attribute.trim()), it.comparison, it.type, it.value, it.to, holders),
    );
  if (filters.length > 0) input['FilterExpression'] = filters.join(' AND ');
  if (Object.keys(holders.names).length > 0) input['ExpressionAttributeNames'] = holders.names;
  if (Object.keys(holders.values).length > 0) input['ExpressionAttributeValues'] = holders.values;
  return { operation: wanted.key === '' ? 'Scan' : 'Query', input };
}

/** The type that an attribute has in the items that are known; text when in none. */
export function typeIn(items: Item[], attribute: string): ValueType {
  const value = items.find((item) => item[attribute])?.[attribute];
  if (!value) return 'S';
  return 'N' in value || 'NS' in value ? 'N' : 'BOOL' in value ? 'BOOL' : 'S';
}

/** The same as a command of the AWS CLI. */
export function commandOf({ operation, input }: Asked): string {
  const options = Object.entries(input).map(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(1)}`;
    if (typeof value === 'boolean') return value ? option : option.replace('--', '--no-');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${option} ${/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`;
  });
  return `aws dynamodb ${operation.toLowerCase()} ${options.join(' ')}`;
}
