// The queries that were run lately, by whom ever, as the server remembers them.
import { signal } from '@preact/signals';
import { aws } from '../../api/aws';
import { formatAge } from '../../ui/format';

const shownMax = 12;

interface Run {
  id: string;
  sql: string;
  state: string;
  submittedMillis: number;
  runMillis: number;
}

const runs = signal<Run[]>([]);

/** Reads the list again. */
export async function noteRun(): Promise<void> {
  try {
    const { QueryExecutionIds } = await aws<{ QueryExecutionIds: string[] }>(
      'athena',
      'ListQueryExecutions',
      { MaxResults: shownMax },
    );
    if (QueryExecutionIds.length === 0) return;
    const { QueryExecutions } = await aws<{
      QueryExecutions: {
        QueryExecutionId: string;
        Query: string;
        Status: { State: string; SubmissionDateTime: number };
        Statistics?: { TotalExecutionTimeInMillis?: number };
      }[];
    }>('athena', 'BatchGetQueryExecution', { QueryExecutionIds });
    runs.value = QueryExecutions.map((it) => ({
      id: it.QueryExecutionId,
      sql: it.Query,
      state: it.Status.State,
      submittedMillis: it.Status.SubmissionDateTime * 1000,
      runMillis: it.Statistics?.TotalExecutionTimeInMillis ?? 0,
    })).sort((a, b) => b.submittedMillis - a.submittedMillis);
  } catch {
    // Without its history the page works all the same.
  }
}

export function HistoryList({
  nowMillis,
  onTake,
}: {
  nowMillis: number;
  onTake(sql: string): void;
}) {
  if (runs.value.length === 0) return null;
  return (
    <section class="history" aria-label="History">
      <h2>Run lately</h2>
      <ul>
        {runs.value.map((it) => (
          <li key={it.id}>
            <button title={it.sql} onClick={() => onTake(it.sql)}>
              <span class={`run-state run-${it.state.toLowerCase()}`} title={it.state} />
              <code>{it.sql.replace(/\s+/g, ' ').slice(0, 80)}</code>
              <span class="muted">
                {formatAge(nowMillis - it.submittedMillis)} ago, {(it.runMillis / 1000).toFixed(1)} s
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
