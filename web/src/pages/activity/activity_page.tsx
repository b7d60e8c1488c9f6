// The Activity page: what happened, newest first: requests, lines of functions, alerts.
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ActivityEntry } from '../../api/console_feeds';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { program } from '../../ui/program';
import { formatBytes, formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { saveFile } from '../../ui/save_file';
import { DataGrid, type GridCell } from '../../ui/data_grid';
import { shellCommand, type CliVersion } from './commands';
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

/** Both are in use, and read binary values differently. */
const cli = signal<CliVersion>(localStorage.getItem('wildrydes.cli') === '1' ? 1 : 2);

function AsCommand({ entry }: { entry: ActivityEntry }) {
  const { text, note, dependsOnCli } = shellCommand(entry, cli.value);
  const choose = (version: CliVersion) => {
    cli.value = version;
    try {
      localStorage.setItem('wildrydes.cli', String(version));
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  };
  return (
    <>
      <div class="command-head">
        <h2>As a command</h2>
        {dependsOnCli && (
          <span class="views" role="group" aria-label="Version of the AWS CLI">
            {([1, 2] as const).map((version) => (
              <button
                key={version}
                aria-pressed={cli.value === version}
                onClick={() => choose(version)}
              >
                AWS CLI {version}
              </button>
            ))}
          </span>
        )}
      </div>
      <Command text={text} />
      {note !== '' && <p class="muted">{note}</p>}
    </>
  );
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
      <AsCommand entry={entry} />
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

const columns = ['Time', 'Who', 'What', 'Outcome', 'Took'].map((name, i) => ({
  name,
  right: i === 4,
}));

function cellOf(row: FeedRow, column: number): GridCell {
  switch (column) {
    case 0:
      return { text: clock(row.millis), className: 'muted' };
    case 1:
      return { text: safeName(row.who), className: 'feed-who' };
    case 2:
      return { text: safeName(row.what.slice(0, whatLetters)), className: 'feed-what' };
    case 3:
      return { text: row.outcome, className: 'feed-outcome' };
    default:
      return { text: row.entry ? `${row.entry.millis.toFixed(1)} ms` : '', className: 'muted' };
  }
}

export function ActivityPage() {
  useEffect(() => followActivity(), []);
  const list = held.value ?? shown.value;
  const at = list.findIndex((row) => row.id === chosenId.value);
  const chosen = list[at] ?? rows.value.find((row) => row.id === chosenId.value);
  const choose = (at: number) => {
    chosenId.value = list[at]!.id;
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
        <DataGrid
          label="What happened, newest first"
          className="feed-rows"
          headClass="feed-head"
          columns={columns}
          count={list.length}
          rowHeight={rowHeight}
          rowClass={(at) => {
            const row = list[at]!;
            return `feed-row source-${row.source} ${row.bad ? 'bad' : ''} ${chosenId.value === row.id ? 'on' : ''}`;
          }}
          cell={(at, column) => cellOf(list[at]!, column)}
          keyOf={(at) => list[at]!.id}
          selected={at}
          onRow={choose}
          onWalk={choose}
        />
        {list.length === 0 && (
          <div class="tail-empty muted">
            <p>
              {rows.value.length > 0
                ? `Nothing matches. ${formatCount(rows.value.length)} entries are hidden: routine traffic, this console's own requests, or what the filter leaves out.`
                : 'No request yet. Whatever a program, the command line or a function asks shows here.'}
            </p>
            <Command text={`${program()} aws kinesis list-streams`} />
          </div>
        )}
        {chosen && <RowDetail row={chosen} />}
      </div>
    </main>
  );
}
