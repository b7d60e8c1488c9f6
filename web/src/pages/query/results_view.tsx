// An answer with its head: as a table, a chart or a map, and as a file.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { objectAddress } from '../../api/aws';
import type { QueryState } from '../../api/console_api';
import { formatBytes, formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { saveFile } from '../../ui/save_file';
import { toCsv, toJsonLines } from './query_run';
import { ResultChart } from './result_chart';
import { ResultMap } from './result_map';
import { plottable, shapeOf, type Shape } from './result_shape';
import { ResultsGrid } from './results_grid';

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

export function ResultsView({
  state,
  children,
}: {
  state: QueryState;
  children?: ComponentChildren;
}) {
  const columns = state.columns ?? [];
  const rows = state.rows ?? [];
  const shape = shapeOf(columns, rows);
  const views = viewsOf(shape);
  const output = /^s3:\/\/([^/]+)\/(.+)$/.exec(state.output ?? '');
  const whole = output ? objectAddress(output[1]!, output[2]!) : null;
  const view = views.includes(wanted.value) ? wanted.value : 'table';
  return (
    <section class="results" aria-label="Result">
      <header class="results-head">
        <Views views={views} view={view} />
        <span>
          {state.hasMore && 'the first '}
          <b>{formatCount(rows.length)}</b> row{rows.length === 1 ? '' : 's'}
        </span>
        <span>{(state.millis / 1000).toFixed(2)} s</span>
        <span>{formatBytes(state.scannedBytes)} scanned</span>
        <span class="nav-space" />
        {state.hasMore && whole && (
          <a class="button" href={whole} download="result.csv">
            <Glyph name="download" />
            All rows
          </a>
        )}
        <button
          class="button"
          onClick={() => saveFile('result.csv', 'text/csv', toCsv(columns, rows))}
        >
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
      {children}
      {view === 'table' && <ResultsGrid columns={columns} rows={rows} numeric={shape.numeric} />}
      {view === 'chart' && <ResultChart columns={columns} rows={rows} shape={shape} />}
      {view === 'map' && <ResultMap rows={rows} shape={shape} />}
    </section>
  );
}
