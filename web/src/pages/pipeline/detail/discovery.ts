// A schema as discovery proposes it, beside the one that an input has. Pure.
import type { Column } from '../resources';

/** As DiscoverInputSchema answers; what is not shown goes back as it came. */
export interface DiscoveredSchema {
  RecordFormat: object;
  RecordEncoding?: string;
  RecordColumns: { Name: string; SqlType: string; Mapping?: string }[];
}

export type Change = 'same' | 'new' | 'other' | 'gone';

export interface ComparedColumn {
  name: string;
  type: string;
  mapping: string;
  change: Change;
  /** What it is now, when discovery says otherwise. */
  before: string;
}

/** The discovered columns in their order, then those that were not found. */
export function compared(now: Column[], found: DiscoveredSchema): ComparedColumn[] {
  const known = new Map(now.map((column) => [column.name, column]));
  const columns = found.RecordColumns.map(({ Name, SqlType, Mapping = '' }): ComparedColumn => {
    const column = known.get(Name);
    known.delete(Name);
    const isSame = column?.type === SqlType && (column.mapping ?? '') === Mapping;
    return {
      name: Name,
      type: SqlType,
      mapping: Mapping,
      change: !column ? 'new' : isSame ? 'same' : 'other',
      before: !column || isSame ? '' : `${column.type} ${column.mapping ?? ''}`.trim(),
    };
  });
  const gone = [...known.values()].map(({ name, type, mapping = '' }): ComparedColumn => ({
    name,
    type,
    mapping,
    change: 'gone',
    before: '',
  }));
  return [...columns, ...gone];
}

const widthOf = (type: string) => Number(/^VARCHAR\((\d+)\)$/i.exec(type)?.[1] ?? NaN);

/**
 * Discovery makes a text as wide as the widest that it saw, and it sees few records: where the
 * input has a wider one, that stays.
 */
export function widened(now: Column[], found: DiscoveredSchema): DiscoveredSchema {
  const known = new Map(now.map((column) => [column.name, column.type]));
  return {
    ...found,
    RecordColumns: found.RecordColumns.map((column) => {
      const type = known.get(column.Name) ?? '';
      return widthOf(type) > widthOf(column.SqlType) ? { ...column, SqlType: type } : column;
    }),
  };
}

/** The input of UpdateApplication that gives an input this schema. */
export function schemaUpdate(
  application: string,
  version: number,
  inputId: string,
  found: DiscoveredSchema,
): object {
  return {
    ApplicationName: application,
    CurrentApplicationVersionId: version,
    ApplicationConfigurationUpdate: {
      SqlApplicationConfigurationUpdate: {
        InputUpdates: [
          {
            InputId: inputId,
            InputSchemaUpdate: {
              RecordFormatUpdate: found.RecordFormat,
              ...(found.RecordEncoding ? { RecordEncodingUpdate: found.RecordEncoding } : {}),
              RecordColumnUpdates: found.RecordColumns,
            },
          },
        ],
      },
    },
  };
}
