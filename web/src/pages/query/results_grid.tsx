// The rows of an answer: a virtual grid, with download.
import { safeName } from '../../fleet/filter';
import { formatBytes, formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { saveFile } from '../../ui/save_file';
import { VirtualRows } from '../../ui/virtual_rows';
import type { QueryState } from '../../api/console_api';
import { toCsv, toJsonLines } from './query_run';

const rowHeight = 30;
const cellLettersMax = 300;
const numeric = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

/** Columns in which every value of the first rows is a number stand at the right. */
function numericColumns(columns: string[], rows: (string | null)[][]): boolean[] {
  const sample = rows.slice(0, 100);
  return columns.map((_, i) => {
    const known = sample.map((row) => row[i]).filter((value) => value != null);
    return known.length > 0 && known.every((value) => numeric.test(String(value)));
  });
}

function widths(columns: string[], rows: (string | null)[][]): string {
  const sample = rows.slice(0, 200);
  return columns
    .map((name, i) => {
      const longest = sample.reduce(
        (max, row) => Math.max(max, String(row[i] ?? 'NULL').length),
        name.length,
      );
      return `minmax(${Math.min(36, Math.max(7, longest + 3))}ch, 1fr)`;
    })
    .join(' ');
}

export function ResultsGrid({ state }: { state: QueryState }) {
  const columns = state.columns ?? [];
  const rows = state.rows ?? [];
  const right = numericColumns(columns, rows);
  const template = { gridTemplateColumns: widths(columns, rows) };
  return (
    <section class="results" aria-label="Result">
      <header class="results-head">
        <span>
          <b>{formatCount(rows.length)}</b> row{rows.length === 1 ? '' : 's'}
        </span>
        {state.millis !== undefined && <span>{(state.millis / 1000).toFixed(2)} s</span>}
        {state.scannedBytes !== undefined && <span>{formatBytes(state.scannedBytes)} scanned</span>}
        <span class="nav-space" />
        <button class="button" onClick={() => saveFile('result.csv', 'text/csv', toCsv(columns, rows))}>
          <Glyph name="download" />
          CSV
        </button>
        <button
          class="button"
          onClick={() => saveFile('result.jsonl', 'application/jsonl', toJsonLines(columns, rows))}
        >
          <Glyph name="download" />
          JSONL
        </button>
      </header>
      <div class="grid-box">
        <div class="grid-row grid-head" style={template}>
          {columns.map((name, i) => (
            <span key={i} class={right[i] ? 'right' : ''}>
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
                    class={`${right[i] ? 'right' : ''} ${value == null ? 'null' : ''}`}
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
    </section>
  );
}
