// An answer with its head: as a table, a chart or a map, and as a file.
import { signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { objectAddress, wordsOf } from '../../api/aws';
import type { QueryState } from '../../api/console_api';
import { formatBytes, formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { saveBlob, saveFile } from '../../ui/save_file';
import { toCsv, toJsonLines } from './query_run';
import { ResultChart } from './result_chart';
import { ResultMap } from './result_map';
import { plottable, shapeOf, type Cell, type Shape } from './result_shape';
import { ResultsGrid } from './results_grid';
import { wholeJsonLines } from './save_whole';

type View = 'table' | 'chart' | 'map';

// Outside the component: the next answer is shown the same way, when it can be.
const wanted = signal<View>('table');
const words: Record<View, string> = { table: 'Table', chart: 'Chart', map: 'Map' };

function viewsOf(shape: Shape): View[] {
  const views: View[] = ['table'];
  if (plottable(shape).length > 0) views.push('chart');
  if (shape.place) views.push('map');
  return views;
}

function Views({ views, view }: { views: View[]; view: View }) {
  if (views.length === 1) return null;
  return (
    <span class="views" role="group" aria-label="Show as">
      {views.map((each) => (
        <button
          key={each}
          aria-pressed={each === view}
          onClick={() => {
            wanted.value = each;
          }}
        >
          {words[each]}
        </button>
      ))}
    </span>
  );
}

/** The file that the query left in the bucket, when it holds all rows as CSV. */
function wholeFile(state: QueryState): string | null {
  const output = /^s3:\/\/([^/]+)\/(.+\.csv)$/.exec(state.output ?? '');
  return output ? objectAddress(output[1]!, output[2]!) : null;
}

function Saving({
  state,
  columns,
  rows,
}: {
  state: QueryState;
  columns: string[];
  rows: Cell[][];
}) {
  const saving = useSignal<{ rows: number; stopper: AbortController } | null>(null);
  const error = useSignal('');
  const whole = state.hasMore ? wholeFile(state) : null;
  const saveLines = async () => {
    if (!whole) return saveFile('result.jsonl', 'application/jsonl', toJsonLines(columns, rows));
    const stopper = new AbortController();
    saving.value = { rows: 0, stopper };
    error.value = '';
    try {
      const answer = await fetch(whole, { credentials: 'same-origin', signal: stopper.signal });
      if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status}`);
      const count = (read: number) => (saving.value = { rows: read, stopper });
      const file = await wholeJsonLines(columns, answer.body, count, stopper.signal);
      saveBlob('result.jsonl', file);
    } catch (problem) {
      if (!stopper.signal.aborted) error.value = wordsOf(problem);
    } finally {
      saving.value = null;
    }
  };
  const hint = state.hasMore ? 'All rows, not only those that are shown' : undefined;
  return (
    <>
      {error.value !== '' && <span role="alert">{error.value}</span>}
      {whole ? (
        <a class="button" href={whole} download="result.csv" title={hint}>
          <Glyph name="download" />
          CSV
        </a>
      ) : (
        <button
          class="button"
          onClick={() => saveFile('result.csv', 'text/csv', toCsv(columns, rows))}
        >
          <Glyph name="download" />
          CSV
        </button>
      )}
      {saving.value ? (
        <button class="button" onClick={() => saving.value?.stopper.abort()}>
          {formatCount(saving.value.rows)} rows… stop
        </button>
      ) : (
        <button class="button" title={hint} onClick={() => void saveLines()}>
          <Glyph name="download" />
          JSONL
        </button>
      )}
    </>
  );
}

export function ResultsView({
  state,
  note,
  onEnd,
  children,
}: {
  state: QueryState;
  note: string;
  /** The last rows that are there are in view. */
  onEnd(): void;
  children?: ComponentChildren;
}) {
  const columns = state.columns ?? [];
  const rows = state.rows ?? [];
  const shape = shapeOf(columns, rows);
  const views = viewsOf(shape);
  const view = views.includes(wanted.value) ? wanted.value : 'table';
  return (
    <section class="results" aria-label="Result">
      <header class="results-head">
        <Views views={views} view={view} />
        <span title={state.hasMore ? 'More come as the table is scrolled' : undefined}>
          {state.hasMore && 'the first '}
          <b>{formatCount(rows.length)}</b> row{rows.length === 1 ? '' : 's'}
        </span>
        <span>{(state.millis / 1000).toFixed(2)} s</span>
        <span>{formatBytes(state.scannedBytes)} scanned</span>
        <span class="nav-space" />
        <Saving state={state} columns={columns} rows={rows} />
      </header>
      {note !== '' && (
        <p class="notice" role="alert">
          {note}
        </p>
      )}
      {children}
      {view === 'table' && (
        <ResultsGrid
          columns={columns}
          rows={rows}
          numeric={shape.numeric}
          isOpen={state.hasMore}
          onEnd={onEnd}
        />
      )}
      {view === 'chart' && <ResultChart columns={columns} rows={rows} shape={shape} />}
      {view === 'map' && <ResultMap rows={rows} shape={shape} />}
    </section>
  );
}
