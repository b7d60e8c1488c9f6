// A table of the archive's catalogue: rows, columns, place, and the way to its query.
import { Link } from '../../../app/link';
import { program } from '../../../ui/program';
import { resources } from '../state';
import { ArchiveMetrics, ArchiveRows, placeOf } from './archive_rows';
import { Commands, DetailFrame, Facts } from './frame';
import { WrittenCharts } from './written_charts';

export function ArchiveDetail({ name }: { name: string }) {
  const archive = resources.value.archives.find((it) => it.name === name);
  if (!archive) return null;
  const place = placeOf(archive);
  return (
    <DetailFrame
      kind="archive"
      name={name}
      arn=""
      state="ACTIVE"
      actions={
        <Link
          class="button primary"
          target="query"
          parameters={{ sql: `SELECT * FROM ${name} LIMIT 100` }}
        >
          Query it
        </Link>
      }
      tabs={[
        { id: 'live', label: 'Live data', body: () => <ArchiveRows archive={archive} /> },
        {
          id: 'metrics',
          label: 'Metrics',
          body: () => (
            <>
              <ArchiveMetrics archive={archive} />
              <WrittenCharts bucket={place.bucket} prefixes={[place.prefix]} />
            </>
          ),
        },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <>
              <Facts
                facts={[
                  ['Database', archive.database],
                  ['Reads', archive.location],
                ]}
              />
              <table class="plain">
                <thead>
                  <tr>
                    <th>Column</th>
                    <th>Type</th>
                  </tr>
                </thead>
                <tbody>
                  {archive.columns.map((column) => (
                    <tr key={column.name}>
                      <td>{column.name}</td>
                      <td>
                        <code>{column.type}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['Ask it', `${program()} sql -c 'SELECT count(*) FROM ${name}'`],
                [
                  'What it is',
                  `aws glue get-table --database-name ${archive.database} --name ${name}`,
                ],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
