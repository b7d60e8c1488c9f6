// A discovered schema beside the one of the input, and the request that takes it over.
import { describe, expect, it } from 'vitest';
import { compared, schemaUpdate, widened } from '../src/pages/pipeline/detail/discovery';

const found = {
  RecordFormat: { RecordFormatType: 'JSON' },
  RecordEncoding: 'UTF-8',
  RecordColumns: [
    { Name: 'Name', SqlType: 'VARCHAR(16)', Mapping: '$.Name' },
    { Name: 'HealthPoints', SqlType: 'INTEGER', Mapping: '$.HealthPoints' },
    { Name: 'Speed', SqlType: 'DOUBLE', Mapping: '$.Speed' },
  ],
};

describe('a discovered schema', () => {
  it('says of each column what would become of it', () => {
    const now = [
      { name: 'Name', type: 'VARCHAR(16)', mapping: '$.Name' },
      { name: 'HealthPoints', type: 'SMALLINT', mapping: '$.HealthPoints' },
      { name: 'Town', type: 'VARCHAR(8)', mapping: '$.Town' },
    ];
    expect(compared(now, found).map((it) => [it.name, it.change, it.before])).toEqual([
      ['Name', 'same', ''],
      ['HealthPoints', 'other', 'SMALLINT $.HealthPoints'],
      ['Speed', 'new', ''],
      ['Town', 'gone', ''],
    ]);
  });

  it('leaves a text as wide as it is, when fewer letters were seen', () => {
    const types = (name: string, type: string) =>
      widened([{ name, type }], found).RecordColumns.map((it) => it.SqlType);
    expect(types('Name', 'VARCHAR(64)')).toEqual(['VARCHAR(64)', 'INTEGER', 'DOUBLE']);
    expect(types('Name', 'VARCHAR(8)')).toEqual(['VARCHAR(16)', 'INTEGER', 'DOUBLE']);
    expect(types('HealthPoints', 'VARCHAR(64)')).toEqual(['VARCHAR(16)', 'INTEGER', 'DOUBLE']);
  });

  it('is taken over whole: format, encoding and columns of the one input', () => {
    expect(schemaUpdate('rides', 4, '2.1', found)).toEqual({
      ApplicationName: 'rides',
      CurrentApplicationVersionId: 4,
      ApplicationConfigurationUpdate: {
        SqlApplicationConfigurationUpdate: {
          InputUpdates: [
            {
              InputId: '2.1',
              InputSchemaUpdate: {
                RecordFormatUpdate: found.RecordFormat,
                RecordEncodingUpdate: 'UTF-8',
                RecordColumnUpdates: found.RecordColumns,
              },
            },
          ],
        },
      },
    });
  });
});
