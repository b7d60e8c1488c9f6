// What an archive table holds: rows of it, asked with SQL, and what its queries cost.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { aws, wordsOf } from '../../../api/aws';
import { getQuery, startQuery, type QueryState } from '../../../api/console_api';
import { safeName } from '../../../fleet/filter';
import { formatBytes } from '../../../ui/format';
import { program } from '../../../ui/program';
import type { ArchiveResource } from '../resources';
import { secondsToWrite } from '../figures';
import { resources } from '../state';
import { NotYet, useAsked } from './frame';
import { asBytes, asMillis, PointsChart } from './kept_charts';
import { queriesOn, type Execution } from './archive_queries';

const rowsShown = 50;
const pollMillis = 300;
const cellLettersMax = 200;
const askMillis = 5_000;
/** As many as one request describes. */
const queriesMax = 50;

/** Bucket and prefix of where a table's objects are. */
export function placeOf(archive: ArchiveResource): { bucket: string; prefix: string } {
  const [bucket = '', ...rest] = archive.location.replace(/^s3a?:\/\//, '').split('/');
  return { bucket, prefix: rest.join('/') };
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function answerOf(sql: string, isEnded: () => boolean): Promise<QueryState | null> {
  const id = await startQuery(sql);
  for (;;) {
    const state = await getQuery(id);
    if (state.state !== 'QUEUED' && state.state !== 'RUNNING') return state;
    if (isEnded()) return null;
    await new Promise((resolve) => setTimeout(resolve, pollMillis));
  }
}

function Empty({ archive }: { archive: ArchiveResource }) {
  const { bucket } = placeOf(archive);
  const delivery = resources.value.deliveries.find((it) => it.bucket === bucket);
  const left = delivery ? secondsToWrite(delivery.name) : null;
  return (
    <NotYet
      words={
        <>
          It has no row: {bucket} holds no object for it yet.{' '}
          {left !== null && (
            <>
              The delivery {delivery!.name} writes one in <b>{left} s</b>.{' '}
            </>
          )}
          Records for it:
        </>
      }
      command={`${program()} producer`}
    />
  );
}

function Rows({ state }: { state: QueryState }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Rows of the archive">
      <table class="plain items">
        <thead>
          <tr>
            {(state.columns ?? []).map((column) => (
              <th key={column}>{safeName(column)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(state.rows ?? []).map((row, i) => (
            <tr key={i}>
              {row.map((cell, column) => (
                <td key={column}>{safeName((cell ?? '').slice(0, cellLettersMax))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ArchiveRows({ archive }: { archive: ArchiveResource }) {
  const sql = `SELECT * FROM ${quoted(archive.database)}.${quoted(archive.name)} LIMIT ${rowsShown}`;
  const answer = useSignal<QueryState | null>(null);
  const error = useSignal('');
  const asked = useSignal(1);
  const busy = useSignal(true);
  useEffect(() => {
    let ended = false;
    busy.value = true;
    answerOf(sql, () => ended)
      .then((state) => {
        if (ended || !state) return;
        answer.value = state.state === 'SUCCEEDED' ? state : null;
        error.value = state.state === 'SUCCEEDED' ? '' : (state.error ?? state.state);
      })
      .catch((problem: unknown) => (error.value = wordsOf(problem)))
      .finally(() => {
        if (!ended) busy.value = false;
      });
    return () => {
      ended = true;
    };
  }, [sql, asked.value]);
  const state = answer.value;
  return (
    <div class="tail">
      <div class="bar-row">
        <button class="button" disabled={busy.value} onClick={() => asked.value++}>
          Read again
        </button>
        <span class="muted" role="status">
          {busy.value
            ? 'Asking…'
            : state &&
              `${state.rows?.length ?? 0} rows, ${formatBytes(state.scannedBytes)} scanned in ${state.millis} ms`}
        </span>
        <span class="nav-space" />
        <code class="muted">{sql}</code>
      </div>
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      {state && state.rows?.length === 0 && <Empty archive={archive} />}
      {state && (state.rows?.length ?? 0) > 0 && <Rows state={state} />}
    </div>
  );
}

async function executions(archive: ArchiveResource) {
  const { QueryExecutionIds = [] } = await aws<{ QueryExecutionIds?: string[] }>(
    'athena',
    'ListQueryExecutions',
    { MaxResults: queriesMax },
  );
  if (QueryExecutionIds.length === 0) return [];
  const { QueryExecutions } = await aws<{ QueryExecutions: Execution[] }>(
    'athena',
    'BatchGetQueryExecution',
    { QueryExecutionIds },
  );
  return queriesOn(archive.name, QueryExecutions);
}

export function ArchiveMetrics({ archive }: { archive: ArchiveResource }) {
  const { answer, error } = useAsked(() => executions(archive), askMillis, archive.name);
  const list = answer.value ?? [];
  return (
    <>
      <h3>
        The last queries <span class="muted">each point is one that named this table</span>
      </h3>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <div class="charts">
        <PointsChart
          label="Took"
          points={list.map((it) => ({ millis: it.atMillis, value: it.tookMillis }))}
          format={asMillis}
        />
        <PointsChart
          label="Scanned"
          points={list.map((it) => ({ millis: it.atMillis, value: it.scannedBytes }))}
          format={asBytes}
        />
      </div>
      <p class="muted">
        From Athena itself (ListQueryExecutions, BatchGetQueryExecution): {list.length} of the
        newest {queriesMax} queries of the account.
      </p>
    </>
  );
}
