// Which of Athena's queries were about a table, and what they cost. Pure.
export interface Execution {
  Query?: string;
  Status?: { State?: string; SubmissionDateTime?: number };
  Statistics?: { DataScannedInBytes?: number; TotalExecutionTimeInMillis?: number };
}

export interface QueryCost {
  atMillis: number;
  tookMillis: number;
  scannedBytes: number;
}

/** Those that succeeded and name the table, oldest first. */
export function queriesOn(table: string, executions: Execution[]): QueryCost[] {
  const words = table.toLowerCase();
  const isNamed = (sql: string) =>
    sql
      .toLowerCase()
      .split(/[^\w-]+/)
      .includes(words);
  return executions
    .filter((it) => it.Status?.State === 'SUCCEEDED' && isNamed(it.Query ?? ''))
    .map((it) => ({
      atMillis: (it.Status?.SubmissionDateTime ?? 0) * 1000,
      tookMillis: it.Statistics?.TotalExecutionTimeInMillis ?? 0,
      scannedBytes: it.Statistics?.DataScannedInBytes ?? 0,
    }))
    .sort((a, b) => a.atMillis - b.atMillis);
}
