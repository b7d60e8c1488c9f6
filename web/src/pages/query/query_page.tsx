// The Query page: SQL over the archive, ready questions, and the answer as a grid.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { aws } from '../../api/aws';
import { getReadyQueries, type QueryState, type ReadyQuery } from '../../api/console_api';
import { parameter } from '../../app/router';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { SqlEditor } from '../../ui/sql_editor';
import { statementAt } from '../../ui/sql_words';
import { ArchiveWait } from './archive_wait';
import { ResultsView } from './results_view';
import { HistoryList, noteRun } from './history';
import { runQuery } from './query_run';
import { SchemaTree } from './schema_tree';

// Outside the component: what was typed and found is still there after a look at the map.
const sql = signal('');
const ready = signal<ReadyQuery[]>([]);
const readyError = signal('');
const running = signal(false);
const seconds = signal(0);
const result = signal<QueryState | null>(null);
/** The text that `result` belongs to: an error is underlined only there. */
const asked = signal('');
const taken = signal('');
let current: AbortController | null = null;
let currentId: string | null = null;

async function loadReady(): Promise<void> {
  try {
    ready.value = await getReadyQueries();
    readyError.value = '';
    // Who is in the field already writes a statement of their own.
    const isTaken = sql.value !== '' || document.activeElement?.id === 'sql';
    if (!isTaken && ready.value[0]) sql.value = ready.value[0].sql;
  } catch (error) {
    readyError.value = (error as Error).message;
  }
}

/** What is marked, or the statement that the cursor stands in. */
function selectedText(): string {
  const editor = document.querySelector<HTMLTextAreaElement>('#sql');
  if (!editor || editor.value !== sql.value) return sql.value.trim();
  const { selectionStart, selectionEnd, value } = editor;
  return value.slice(selectionStart, selectionEnd).trim() || statementAt(value, selectionStart);
}

/** Puts a word where the cursor stands. */
function insertWord(word: string): void {
  const editor = document.querySelector<HTMLTextAreaElement>('#sql');
  if (!editor) return;
  const { selectionStart: from, selectionEnd: to, value } = editor;
  const space = from > 0 && !/[\s(,.]$/.test(value.slice(0, from)) ? ' ' : '';
  sql.value = value.slice(0, from) + space + word + value.slice(to);
  const at = from + space.length + word.length;
  requestAnimationFrame(() => {
    editor.focus();
    editor.setSelectionRange(at, at);
  });
}

async function run(): Promise<void> {
  const text = selectedText();
  if (text === '' || running.value) return;
  const abort = new AbortController();
  current = abort;
  currentId = null;
  running.value = true;
  seconds.value = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    seconds.value = (performance.now() - began) / 1000;
  }, 100);
  try {
    const state = await runQuery(text, (id) => (currentId = id), abort.signal);
    result.value = state;
  } catch (error) {
    result.value = {
      state: 'FAILED',
      error: (error as Error).message,
      columns: null,
      rows: null,
      hasMore: false,
      output: null,
      scannedBytes: 0,
      millis: 0,
    };
  } finally {
    asked.value = text;
    clearInterval(timer);
    running.value = false;
    void noteRun();
  }
}

/** Cancels the query in the server; its end state says so. */
async function cancel(): Promise<void> {
  if (currentId === null) current?.abort();
  else await aws('athena', 'StopQueryExecution', { QueryExecutionId: currentId }).catch(() => {});
}

/** The text of a link such as "Query this". */
function takeFromAddress(): void {
  const linked = parameter('sql');
  if (linked === null || linked === taken.value) return;
  taken.value = linked;
  sql.value = linked;
  void run();
}

function ReadyList() {
  return (
    <aside class="ready" aria-label="Ready queries">
      <h2>Ready questions</h2>
      {readyError.value !== '' && (
        <p class="notice">They could not be loaded: {readyError.value}</p>
      )}
      <ul>
        {ready.value.map((query) => (
          <li key={query.title}>
            <button
              aria-pressed={sql.value === query.sql}
              onClick={() => {
                sql.value = query.sql;
                void run();
              }}
            >
              {query.title}
            </button>
          </li>
        ))}
      </ul>
      <SchemaTree
        onTable={(name) => {
          sql.value = `SELECT * FROM ${name} LIMIT 100`;
        }}
        onColumn={insertWord}
      />
      <HistoryList
        onTake={(text) => {
          sql.value = text;
        }}
      />
      <p class="muted">
        The archive holds what the delivery stream wrote to the bucket, at most a minute behind the
        map. The same from a terminal:
      </p>
      <Command text="./build/release/wildrydes sql" />
    </aside>
  );
}

function Answer() {
  const state = result.value;
  if (running.value) {
    return (
      <div class="answer-wait" role="status">
        <span class="spinner" />
        Running, {seconds.value.toFixed(1)} s
        <button class="text-button" onClick={() => void cancel()}>
          Cancel
        </button>
      </div>
    );
  }
  if (!state)
    return (
      <div class="answer-wait muted">
        Ctrl+Enter runs the statement at the cursor, or only the text that is marked.
      </div>
    );
  if (state.state !== 'SUCCEEDED') {
    return (
      <div class="answer-error" role="alert">
        <b>{state.state}</b>
        <pre>{state.error ?? 'The query did not succeed.'}</pre>
      </div>
    );
  }
  return (
    <ResultsView state={state}>
      {state.rows?.length === 0 && <ArchiveWait again={() => void run()} />}
    </ResultsView>
  );
}

export function QueryPage() {
  useEffect(() => {
    takeFromAddress();
    void loadReady();
    void noteRun();
  }, []);
  const failed = result.value?.state === 'FAILED' && asked.value === sql.value.trim();
  return (
    <main class="query">
      <h1 class="visually-hidden">Query</h1>
      <ReadyList />
      <section class="query-main">
        <div class="editor">
          <SqlEditor
            id="sql"
            label="SQL"
            value={sql.value}
            error={failed ? (result.value?.error ?? '') : ''}
            placeholder="SELECT * FROM wildrydes LIMIT 10"
            onInput={(value) => {
              sql.value = value;
            }}
            onRun={() => void run()}
          />
          <footer>
            <button
              class="button primary"
              disabled={running.value || sql.value.trim() === ''}
              onClick={() => void run()}
            >
              <Glyph name="run" />
              Run
            </button>
            <span class="muted">
              <kbd>Ctrl</kbd> <kbd>Enter</kbd>
            </span>
          </footer>
        </div>
        <Answer />
      </section>
    </main>
  );
}
