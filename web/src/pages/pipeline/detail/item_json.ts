// Items of a table as plain JSON and back. Sets, binaries and numbers beyond a double's precision
// have no plain form: such items stay in DynamoDB's own.

export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

function isExact(number: string): boolean {
  return String(Number(number)) === number;
}

/** Whether the item can be written as plain JSON and come back as it was. */
export function isPlain(item: Item): boolean {
  return Object.values(item).every(isPlainValue);
}

function isPlainValue(value: AttributeValue): boolean {
  if ('N' in value) return isExact(String(value['N']));
  if ('L' in value) return (value['L'] as AttributeValue[]).every(isPlainValue);
  if ('M' in value) return isPlain(value['M'] as Item);
  return 'S' in value || 'BOOL' in value || 'NULL' in value;
}

export function plainValue(value: AttributeValue): unknown {
  if ('S' in value) return value['S'];
  if ('N' in value) return isExact(String(value['N'])) ? Number(value['N']) : value['N'];
  if ('BOOL' in value) return value['BOOL'];
  if ('NULL' in value) return null;
  if ('L' in value) return (value['L'] as AttributeValue[]).map(plainValue);
  if ('M' in value) return plainItem(value['M'] as Item);
  return Object.values(value)[0];
}

export function plainItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

export function attributeOf(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: itemOf(value as Record<string, unknown>) };
}

export function itemOf(plain: Record<string, unknown>): Item {
  return Object.fromEntries(
    Object.entries(plain).map(([name, value]) => [name, attributeOf(value)]),
  );
}

/** The text to edit: plain where that is safe. */
export function textOfItem(item: Item): string {
  return JSON.stringify(isPlain(item) ? plainItem(item) : item, null, 2);
}

/** The item that an edited text means, in the form that `like` had. Throws on bad JSON. */
export function itemOfText(text: string, like: Item): Item {
  const value = JSON.parse(text) as Record<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('An item is a JSON object.');
  return isPlain(like) ? itemOf(value) : (value as Item);
}

/** Columns of a page of items: the keys first, then by name. */
export function columnsOf(items: Item[], keys: string[]): string[] {
  const names = new Set(items.flatMap((item) => Object.keys(item)));
  return [...new Set([...keys, ...[...names].sort()])];
}

/** An item of nothing but its key, in DynamoDB's own form. */
export function exampleItem(keys: { name: string; type: string }[]): Item {
  const values: Record<string, AttributeValue> = {
    S: { S: 'Shadowfax' },
    N: { N: '1' },
    B: { B: 'U2hhZG93ZmF4' },
  };
  return Object.fromEntries(keys.map((key) => [key.name, values[key.type] ?? values['S']!]));
}
