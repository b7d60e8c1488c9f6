// The Query page: SQL over the archive, ready questions, and the answer as a grid.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getReadyQueries, type ReadyQuery } from '../../api/console_api';
import { parameter } from '../../app/router';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { SqlEditor } from '../../ui/sql_editor';
import { statementAt } from '../../ui/sql_words';
import { program } from '../../ui/program';
import { ArchiveWait } from './archive_wait';
import { ResultsView } from './results_view';
import { feed } from '../../app/state';
import { HistoryList, noteRun } from './history';
import { activeTab, keepTabs, openTab, tabs } from './query_tabs';
import { SchemaTree, tables } from './schema_tree';
import { TabBar } from './tab_bar';

const ready = signal<ReadyQuery[]>([]);
const readyError = signal('');
const taken = signal('');

async function loadReady(): Promise<void> {
  try {
    ready.value = await getReadyQueries();
    readyError.value = '';
    // Who is in the field already writes a statement of their own.
    const { sql } = activeTab.value;
    const isTaken = sql.value !== '' || document.activeElement?.id === 'sql';
    if (!isTaken && tabs.value.length === 1 && ready.value[0]) sql.value = ready.value[0].sql;
  } catch (error) {
    readyError.value = (error as Error).message;
  }
}

/** What is marked, or the statement that the cursor stands in. */
function selectedText(): string {
  const { sql } = activeTab.value;
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
  activeTab.value.sql.value = value.slice(0, from) + space + word + value.slice(to);
  const at = from + space.length + word.length;
  requestAnimationFrame(() => {
    editor.focus();
    editor.setSelectionRange(at, at);
  });
}

function run(): Promise<void> {
  return activeTab.value.run(selectedText());
}

/** The text of a link such as "Query this"; what was written by hand is not overwritten. */
function takeFromAddress(): void {
  const linked = parameter('sql');
  if (linked === null || linked === taken.value) return;
  taken.value = linked;
  const { sql, running } = activeTab.value;
  const isFree = [...ready.value.map((it) => it.sql), '', linked].includes(sql.value);
  if (isFree && !running.value) sql.value = linked;
  else openTab(linked);
  void activeTab.value.run(linked.trim());
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
              aria-pressed={activeTab.value.sql.value === query.sql}
              onClick={() => {
                activeTab.value.sql.value = query.sql;
                void activeTab.value.run(query.sql);
              }}
            >
              {query.title}
            </button>
          </li>
        ))}
      </ul>
      <SchemaTree
        onTable={(name) => {
          activeTab.value.sql.value = `SELECT * FROM ${name} LIMIT 100`;
        }}
        onColumn={insertWord}
      />
      <HistoryList
        nowMillis={feed.serverNow()}
        onTake={(text) => {
          activeTab.value.sql.value = text;
        }}
      />
      <p class="muted">
        The archive holds what the delivery stream wrote to the bucket, at most a minute behind the
        map. The same from a terminal:
      </p>
      <Command text={`${program()} sql`} />
    </aside>
  );
}

function Answer() {
  const tab = activeTab.value;
  const state = tab.result.value;
  if (tab.running.value) {
    return (
      <div class="answer-wait" role="status">
        <span class="spinner" />
        {tab.cancelling.value ? 'Cancelling' : 'Running'}, {tab.seconds.value.toFixed(1)} s
        <button
          class="text-button"
          disabled={tab.cancelling.value}
          onClick={() => void tab.cancel()}
        >
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
  if (state.state === 'CANCELLED') {
    return (
      <div class="answer-wait muted" role="status">
        <b>CANCELLED</b> after {tab.seconds.value.toFixed(1)} s: the server has stopped it.
      </div>
    );
  }
  if (state.state !== 'SUCCEEDED') {
    return (
      <div class="answer-error" role="alert">
        <b>{state.state}</b>
        <pre>{state.error ?? 'The query did not succeed.'}</pre>
      </div>
    );
  }
  return (
    <ResultsView
      state={state}
      onEnd={() => void tab.more()}
      note={tab.moreError.value !== '' ? `The next rows did not come: ${tab.moreError.value}` : ''}
    >
      {state.rows?.length === 0 && <ArchiveWait again={() => void run()} />}
    </ResultsView>
  );
}

export function QueryPage() {
  useEffect(() => {
    takeFromAddress();
    void loadReady();
    void noteRun();
    return keepTabs();
  }, []);
  const { sql, result, asked, running } = activeTab.value;
  const failed = result.value?.state === 'FAILED' && asked.value === sql.value.trim();
  return (
    <main class="query">
      <h1 class="visually-hidden">Query</h1>
      <ReadyList />
      <section class="query-main">
        <TabBar />
        <div class="editor">
          <SqlEditor
            key={String(tabs.value.indexOf(activeTab.value))}
            id="sql"
            label="SQL"
            value={sql.value}
            error={failed ? (result.value?.error ?? '') : ''}
            tables={tables.value ?? []}
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
              <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs, <kbd>Ctrl</kbd> <kbd>Space</kbd> completes
            </span>
          </footer>
        </div>
        <Answer />
      </section>
    </main>
  );
}
