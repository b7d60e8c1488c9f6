// Rows of an answer beyond those that come with its state: Athena's own pages.
import { aws } from './aws';

export type Cell = string | null;

export interface ResultPage {
  rows: Cell[][];
  /** Null behind the last row. */
  nextToken: string | null;
}

const rowsPerPage = 1_000;

/** The rows from `token` on; such a page does not repeat the names of the columns. */
export async function resultPage(id: string, token: string): Promise<ResultPage> {
  const answer = await aws<{
    ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] };
    NextToken?: string;
  }>('athena', 'GetQueryResults', {
    QueryExecutionId: id,
    NextToken: token,
    MaxResults: rowsPerPage,
  });
  return {
    rows: answer.ResultSet.Rows.map((row) => row.Data.map((it) => it.VarCharValue ?? null)),
    nextToken: answer.NextToken ?? null,
  };
}
