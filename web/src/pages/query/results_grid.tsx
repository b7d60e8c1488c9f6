// The rows of an answer: a virtual grid.
import { safeName } from '../../fleet/filter';
import { VirtualRows } from '../../ui/virtual_rows';
import type { Cell } from './result_shape';

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

/** Columns of numbers stand at the right. */
export function ResultsGrid({
  columns,
  rows,
  numeric,
}: {
  columns: string[];
  rows: Cell[][];
  numeric: number[];
}) {
  const template = { gridTemplateColumns: widths(columns, rows) };
  const side = (i: number) => (numeric.includes(i) ? 'right' : '');
  return (
    <div class="grid-box">
      <div class="grid-row grid-head" style={template}>
        {columns.map((name, i) => (
          <span key={i} class={side(i)}>
            {safeName(name)}
          </span>
        ))}
      </div>
      {rows.length === 0 && <p class="list-empty">The query found no rows.</p>}
      <VirtualRows
        count={rows.length}
        rowHeight={rowHeight}
        label="Result rows"
        className="grid-rows"
        row={(index, top) => (
          <div key={index} class="grid-row" role="row" style={{ ...template, top: `${top}px` }}>
            {columns.map((_, i) => {
              const value = rows[index]![i];
              return (
                <span
                  key={i}
                  role="gridcell"
                  class={`${side(i)} ${value == null ? 'null' : ''}`}
                  title={value == null ? 'NULL' : String(value).slice(0, 2000)}
                >
                  {value == null ? 'NULL' : safeName(String(value).slice(0, cellLettersMax))}
                </span>
              );
            })}
          </div>
        )}
      />
    </div>
  );
}
