// The tail as a list: pause, filter, start, and one record in full.
import { signal, useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { safeName } from '../../../fleet/filter';
import { formatBytes, formatCount } from '../../../ui/format';
import { VirtualRows } from '../../../ui/virtual_rows';
import { matcherOf, rowsMax, Tail, type Start, type TailRow } from './tail';

const rowHeight = 30;
const shownLetters = 400;
const starts: [Start, string][] = [
  ['LATEST', 'from now on'],
  ['TRIM_HORIZON', 'from the oldest'],
  ['AT_TIMESTAMP', 'from a time'],
  ['AT_SEQUENCE_NUMBER', 'from a sequence number'],
];

function clock(millis: number): string {
  const time = new Date(millis);
  return `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

type Form = 'pretty' | 'text' | 'base64';
const formWords: Record<Form, string> = { pretty: 'JSON', text: 'Text', base64: 'Base64' };
// Outside the component: the next record is shown the same way, when it can be.
const chosenForm = signal<Form>('pretty');

function RecordView({ row, onClose }: { row: TailRow; onClose(): void }) {
  const isJson = row.json !== undefined;
  const forms: [Form, string][] = [
    ['pretty', isJson ? JSON.stringify(row.json, null, 2) : ''],
    ['text', row.text],
    ['base64', row.base64],
  ];
  const offered = forms.filter(([form]) => form !== 'pretty' || isJson);
  const [form, shown] = offered.find(([each]) => each === chosenForm.value) ?? offered[0]!;
  return (
    <aside class="record" aria-label="Record">
      <header>
        <b>{safeName(row.key)}</b>
        <span class="muted">
          {clock(row.arrivalMillis)} · {formatBytes(row.bytes)}
        </span>
        <span class="nav-space" />
        <span class="views" role="group" aria-label="Show as">
          {offered.map(([each]) => (
            <button
              key={each}
              aria-pressed={each === form}
              onClick={() => (chosenForm.value = each)}
            >
              {formWords[each]}
            </button>
          ))}
        </span>
        <button class="text-button" onClick={onClose}>
          Close
        </button>
      </header>
      <pre tabIndex={0}>{shown}</pre>
      <p class="muted">
        {row.shard} · <code>{row.sequence}</code>
      </p>
    </aside>
  );
}

function StartForm({ tail }: { tail: Tail }) {
  const type = useSignal<Start>('LATEST');
  const at = useSignal('');
  const needsValue = type.value === 'AT_TIMESTAMP' || type.value === 'AT_SEQUENCE_NUMBER';
  const begin = () => {
    if (!needsValue || at.value !== '') tail.start(type.value, at.value);
  };
  const take = (event: { currentTarget: HTMLInputElement }) => {
    at.value = event.currentTarget.value;
    begin();
  };
  return (
    <>
      <label>
        <span class="visually-hidden">Start</span>
        <select
          value={type.value}
          onChange={(event) => {
            type.value = event.currentTarget.value as Start;
            begin();
          }}
        >
          {starts.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {type.value === 'AT_TIMESTAMP' && (
        <input type="datetime-local" step="1" aria-label="Time" value={at.value} onChange={take} />
      )}
      {type.value === 'AT_SEQUENCE_NUMBER' && (
        <input aria-label="Sequence number" value={at.value} onChange={take} />
      )}
    </>
  );
}

export function TailView({ stream, empty }: { stream: string; empty: ComponentChildren }) {
  const tail = useMemo(() => new Tail(stream), [stream]);
  const filter = useSignal('');
  const chosen = useSignal<TailRow | null>(null);
  const shown = useComputed(() => tail.rows.value.filter(matcherOf(filter.value)));
  useEffect(() => {
    tail.start('LATEST');
    return () => tail.stop();
  }, [tail]);
  // The list stands still under the pointer, so that what one aims at stays there.
  const held = useSignal<TailRow[] | null>(null);
  const walkedTo = useSignal(-1);
  const rows = held.value ?? shown.value;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.id === chosen.value?.id);
    walkedTo.value = Math.max(0, Math.min(rows.length - 1, at + step));
    chosen.value = rows[walkedTo.value]!;
  };
  return (
    <div class="tail">
      <div class="bar-row">
        <button
          class={`button ${tail.paused.value ? 'on' : ''}`}
          aria-pressed={tail.paused.value}
          onClick={() => (tail.paused.value = !tail.paused.value)}
        >
          {tail.paused.value ? 'Resume' : 'Pause'}
        </button>
        <input
          class="grow"
          type="search"
          aria-label="Filter records"
          placeholder="Filter: a text, or HealthPoints < 100"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        <StartForm tail={tail} />
        <span class="muted" role="status">
          {formatCount(rows.length)} shown of {formatCount(tail.total.value)}
          {tail.total.value > rowsMax ? ` (the newest ${rowsMax} are kept)` : ''}
        </span>
      </div>
      {tail.error.value !== '' && (
        <p class="notice" role="alert">
          {tail.error.value}
        </p>
      )}
      <div
        class={`tail-body ${chosen.value ? 'with-record' : ''}`}
        onPointerEnter={() => (held.value = shown.value)}
        onPointerLeave={() => (held.value = null)}
      >
        <VirtualRows
          count={rows.length}
          rowHeight={rowHeight}
          label="Records, newest first"
          className="tail-rows"
          reveal={walkedTo.value}
          onKeyDown={onKeyDown}
          row={(index, top) => {
            const row = rows[index]!;
            return (
              <div
                key={row.id}
                role="row"
                class={`tail-row ${chosen.value?.id === row.id ? 'on' : ''}`}
                style={{ top: `${top}px` }}
                onClick={() => (chosen.value = row)}
              >
                <span role="gridcell" class="muted">
                  {clock(row.arrivalMillis)}
                </span>
                <span role="gridcell" class="tail-key">
                  {safeName(row.key)}
                </span>
                <span role="gridcell" class="tail-text">
                  {safeName(row.text.slice(0, shownLetters))}
                </span>
              </div>
            );
          }}
        />
        {rows.length === 0 && (
          <div class="tail-empty muted">
            {tail.total.value > 0 ? 'No record matches the filter.' : empty}
          </div>
        )}
        {chosen.value && <RecordView row={chosen.value} onClose={() => (chosen.value = null)} />}
      </div>
    </div>
  );
}
