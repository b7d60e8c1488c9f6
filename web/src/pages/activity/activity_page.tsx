// The Activity page: what happened, newest first: requests, lines of functions, alerts.
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { formatBytes, formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { saveFile } from '../../ui/save_file';
import { VirtualRows } from '../../ui/virtual_rows';
import { commandOf } from './commands';
import {
  error,
  followActivity,
  jsonLinesOf,
  matches,
  paused,
  rows,
  type FeedRow,
  type Source,
  type Wanted,
} from './feed';

const rowHeight = 30;
const whatLetters = 300;
const sourceWords: [Source, string][] = [
  ['requests', 'Requests'],
  ['functions', 'Function logs'],
  ['alerts', 'Alerts'],
];

const wanted = signal<Wanted>({
  text: '',
  sources: new Set<Source>(['requests', 'functions', 'alerts']),
  onlyBad: false,
  withRoutine: false,
  withOurs: false,
});
const chosenId = signal<string | null>(null);
/** Where the keys walked to: only they move the list. */
const walkedTo = signal(-1);
/** The list stands still under the pointer, so that what one aims at stays there. */
const held = signal<FeedRow[] | null>(null);
const shown = computed(() => rows.value.filter((row) => matches(row, wanted.value)));

function change(part: Partial<Wanted>): void {
  wanted.value = { ...wanted.value, ...part };
}

function toggleSource(source: Source): void {
  const sources = new Set(wanted.value.sources);
  if (!sources.delete(source)) sources.add(source);
  change({ sources });
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function clock(millis: number): string {
  const time = new Date(millis);
  return `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function RequestDetail({ row }: { row: FeedRow }) {
  const entry = row.entry!;
  return (
    <>
      <dl class="facts narrow">
        <div>
          <dt>Who</dt>
          <dd>{entry.principal === '' ? 'nobody: the request was not signed' : entry.principal}</dd>
        </div>
        <div>
          <dt>With</dt>
          <dd>{entry.agent || 'no User-Agent'}</dd>
        </div>
        <div>
          <dt>Outcome</dt>
          <dd>{row.outcome}</dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>
            {entry.millis.toFixed(1)} ms{entry.count > 1 ? ` on average of ${entry.count}` : ''}
          </dd>
        </div>
        <div>
          <dt>Bytes</dt>
          <dd>
            {formatBytes(entry.bytesIn)} in, {formatBytes(entry.bytesOut)} out
          </dd>
        </div>
        <div>
          <dt>Request id</dt>
          <dd>
            <code>{entry.requestId}</code>
          </dd>
        </div>
      </dl>
      <h2>As a command</h2>
      <Command text={commandOf(entry)} />
      <h2>Request</h2>
      <pre tabIndex={0}>
        {entry.request === '' ? `${entry.method} ${entry.path}` : pretty(entry.request)}
      </pre>
      <h2>Response</h2>
      <pre tabIndex={0}>
        {entry.response === '' ? 'Not kept: empty, an object, or secret.' : pretty(entry.response)}
      </pre>
    </>
  );
}

function RowDetail({ row }: { row: FeedRow }) {
  return (
    <aside class="record" aria-label="Entry">
      <header>
        <b>{safeName(row.what.slice(0, 80))}</b>
        <span class="nav-space" />
        <button class="text-button" onClick={() => (chosenId.value = null)}>
          Close
        </button>
      </header>
      <div class="record-body">
        {row.entry ? <RequestDetail row={row} /> : <pre tabIndex={0}>{row.text}</pre>}
      </div>
    </aside>
  );
}

function Switch({ label, on, set }: { label: string; on: boolean; set(on: boolean): void }) {
  return (
    <label class="switch">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

function Bar() {
  const it = wanted.value;
  return (
    <div class="bar-row activity-bar">
      <h1>Activity</h1>
      <button
        class={`button ${paused.value ? 'on' : ''}`}
        aria-pressed={paused.value}
        onClick={() => (paused.value = !paused.value)}
      >
        {paused.value ? 'Resume' : 'Pause'}
      </button>
      <input
        class="grow"
        type="search"
        aria-label="Filter the feed"
        placeholder="Filter: an operation, a name, an error"
        value={it.text}
        onInput={(event) => change({ text: event.currentTarget.value })}
      />
      <span class="chips-row" role="group" aria-label="Show only">
        {sourceWords.map(([source, words]) => (
          <button
            key={source}
            class="chip"
            aria-pressed={it.sources.has(source)}
            onClick={() => toggleSource(source)}
          >
            {words}
          </button>
        ))}
      </span>
      <Switch label="only errors" on={it.onlyBad} set={(onlyBad) => change({ onlyBad })} />
      <Switch
        label="routine traffic"
        on={it.withRoutine}
        set={(withRoutine) => change({ withRoutine })}
      />
      <Switch
        label="this console's own"
        on={it.withOurs}
        set={(withOurs) => change({ withOurs })}
      />
      <button
        class="button"
        onClick={() => saveFile('activity.jsonl', 'application/jsonl', jsonLinesOf(shown.value))}
      >
        <Glyph name="download" />
        JSONL
      </button>
    </div>
  );
}

function Row({ row, top }: { row: FeedRow; top: number }) {
  return (
    <div
      role="row"
      class={`feed-row source-${row.source} ${row.bad ? 'bad' : ''} ${chosenId.value === row.id ? 'on' : ''}`}
      style={{ top: `${top}px` }}
      onClick={() => (chosenId.value = row.id)}
    >
      <span role="gridcell" class="muted">
        {clock(row.millis)}
      </span>
      <span role="gridcell" class="feed-who">
        {safeName(row.who)}
      </span>
      <span role="gridcell" class="feed-what">
        {safeName(row.what.slice(0, whatLetters))}
      </span>
      <span role="gridcell" class="feed-outcome">
        {row.outcome}
      </span>
      <span role="gridcell" class="right muted">
        {row.entry ? `${row.entry.millis.toFixed(1)} ms` : ''}
      </span>
    </div>
  );
}

export function ActivityPage() {
  useEffect(() => followActivity(), []);
  const list = held.value ?? shown.value;
  const at = list.findIndex((row) => row.id === chosenId.value);
  const chosen = list[at] ?? rows.value.find((row) => row.id === chosenId.value);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.length === 0) return;
    event.preventDefault();
    walkedTo.value = Math.max(0, Math.min(list.length - 1, at + step));
    chosenId.value = list[walkedTo.value]!.id;
  };
  return (
    <main class="activity">
      <Bar />
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      <div
        class={`tail-body ${chosen ? 'with-record' : ''}`}
        onPointerEnter={() => (held.value = shown.value)}
        onPointerLeave={() => (held.value = null)}
      >
        <VirtualRows
          count={list.length}
          rowHeight={rowHeight}
          label="What happened, newest first"
          className="feed-rows"
          reveal={walkedTo.value}
          onKeyDown={onKeyDown}
          row={(index, top) => <Row key={list[index]!.id} row={list[index]!} top={top} />}
        />
        {list.length === 0 && (
          <p class="tail-empty muted">
            {rows.value.length > 0
              ? `Nothing matches. ${formatCount(rows.value.length)} entries are hidden: routine traffic, this console's own requests, or what the filter leaves out.`
              : 'No request yet. Whatever a program, the command line or a function asks shows here.'}
          </p>
        )}
        {chosen && <RowDetail row={chosen} />}
      </div>
    </main>
  );
}
