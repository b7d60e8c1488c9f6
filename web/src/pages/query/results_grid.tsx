// The rows of an answer: a virtual grid, sorted by a click on a name.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { safeName } from '../../fleet/filter';
import { DataGrid } from '../../ui/data_grid';
import { orderBy, type Cell } from './result_shape';

const rowHeight = 30;
const cellLettersMax = 300;
/** The head is bold: a width in `ch` would be another one there. */
const letterPixels = 8;

function widths(columns: string[], rows: Cell[][]): string {
  const sample = rows.slice(0, 200);
  return columns
    .map((name, i) => {
      const longest = sample.reduce(
        (max, row) => Math.max(max, String(row[i] ?? 'NULL').length),
        name.length,
      );
      const letters = Math.min(36, Math.max(7, longest + 3));
      const pixels = Math.round(letters * letterPixels);
      // In proportion: with equal parts the widest would make all of them wide.
      return `minmax(${pixels}px, ${pixels}fr)`;
    })
    .join(' ');
}

interface Sort {
  column: number;
  isDescending: boolean;
}

/** Columns of numbers stand at the right. */
export function ResultsGrid({
  columns,
  rows,
  numeric,
  isOpen,
  onEnd,
}: {
  columns: string[];
  rows: Cell[][];
  numeric: number[];
  isOpen: boolean;
  onEnd(): void;
}) {
  const sort = useSignal<Sort | null>(null);
  const names = columns.join('\n');
  // Another answer: its columns are others.
  useEffect(() => {
    sort.value = null;
  }, [names]);
  const by = sort.value;
  const order = useMemo(
    () => (by ? orderBy(rows, by.column, by.isDescending, numeric.includes(by.column)) : null),
    [rows, by],
  );
  const template = useMemo(() => widths(columns, rows), [names, rows[0]]);
  const turn = (column: number) => {
    const isSame = by?.column === column;
    // Once up, once down, and as it came.
    sort.value =
      isSame && by.isDescending ? null : { column, isDescending: isSame && !by.isDescending };
  };
  return (
    <div class="grid-box">
      <DataGrid
        label="Result rows"
        className="grid-rows"
        headClass="grid-row grid-head"
        rowClass={() => 'grid-row'}
        columns={columns.map((name, i) => ({
          name: safeName(name),
          right: numeric.includes(i),
          sort: by?.column !== i ? 'none' : by.isDescending ? 'descending' : 'ascending',
        }))}
        count={rows.length}
        isOpen={isOpen}
        rowHeight={rowHeight}
        template={template}
        cell={(row, column) => {
          const value = rows[order ? order[row]! : row]![column];
          if (value == null) return { text: 'NULL', title: 'NULL', className: 'null' };
          const text = String(value);
          return { text: safeName(text.slice(0, cellLettersMax)), title: text.slice(0, 2000) };
        }}
        onSort={turn}
        onEnd={onEnd}
      />
      {rows.length === 0 && <p class="list-empty">The query found no rows.</p>}
      {by && isOpen && (
        <p class="grid-note" role="status">
          Sorted are the rows that are here; ORDER BY sorts all of them.
        </p>
      )}
    </div>
  );
}
