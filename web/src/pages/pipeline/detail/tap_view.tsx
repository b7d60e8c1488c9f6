// In-application streams with their live rows.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getTap, type TapAnswer } from '../../../api/console_feeds';
import { safeName } from '../../../fleet/filter';
import { formatCount } from '../../../ui/format';
import { wordsOf } from '../../../api/aws';
import { rateOf, windowSeconds, type Rate, type Sample } from '../rates';
import type { ApplicationResource } from '../resources';
import { errorStream, tapTable } from './tap';

const askMillis = 1_000;
const cellLettersMax = 200;

export interface Tap {
  answer: TapAnswer | null;
  /** When it came, monotonic. */
  atMillis: number;
  error: string;
  /** How many rows come to each stream. */
  rates: Map<string, Rate>;
}

const samplesSeconds = 70;

/** Of each stream, from its rows in all; a restart begins again. */
function ratesOf(answer: TapAnswer, samples: Map<string, Sample[]>): Map<string, Rate> {
  const rates = new Map<string, Rate>();
  for (const { name, total } of answer.streams) {
    const known = samples.get(name) ?? [];
    const list = (known.at(-1)?.records ?? 0) > total ? [] : known;
    list.push({ millis: performance.now(), records: total });
    if (list.length > samplesSeconds) list.shift();
    samples.set(name, list);
    const rate = rateOf(list);
    if (rate) rates.set(name, rate);
  }
  return rates;
}

/** Asks each second for as long as the component is there. */
export function useTap(application: string): Tap {
  const tap = useSignal<Tap>({ answer: null, atMillis: 0, error: '', rates: new Map() });
  useEffect(() => {
    const samples = new Map<string, Sample[]>();
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      try {
        const answer = await getTap(application);
        const rates = ratesOf(answer, samples);
        if (!ended) tap.value = { answer, atMillis: performance.now(), error: '', rates };
      } catch (problem) {
        if (!ended) tap.value = { ...tap.value, error: wordsOf(problem) };
      }
      if (!ended) timer = setTimeout(() => void again(), askMillis);
    };
    void again();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [application]);
  return tap.value;
}

function Empty({ app, name, tap }: { app: ApplicationResource; name: string; tap: Tap }) {
  if (tap.error !== '') return <p class="notice">{tap.error}</p>;
  if (!tap.answer) return <p class="muted">Asking…</p>;
  if (!tap.answer.running)
    return <p class="muted">The application is {app.status}: start it, and its rows show here.</p>;
  if (name === errorStream)
    return <p class="muted">No row in error since the application was started.</p>;
  return (
    <p class="muted">
      No row yet. {windowSeconds(app.code) > 0 ? 'Rows come when a window closes.' : ''}
    </p>
  );
}

export function StreamRows({
  app,
  name,
  tap,
}: {
  app: ApplicationResource;
  name: string;
  tap: Tap;
}) {
  const held = useSignal<TapAnswer | null>(null);
  const answer = held.value ?? tap.answer;
  const stream = answer?.streams.find((it) => it.name === name);
  if (!stream || stream.rows.length === 0) return <Empty app={app} name={name} tap={tap} />;
  const table = tapTable(stream.rows);
  return (
    <div class="tap">
      <div class="bar-row">
        <button
          class={`button ${held.value ? 'on' : ''}`}
          aria-pressed={held.value !== null}
          onClick={() => {
            held.value = held.value ? null : tap.answer;
          }}
        >
          {held.value ? 'Resume' : 'Pause'}
        </button>
        <span class="muted">
          the newest {formatCount(table.rows.length)} of {formatCount(stream.total)} rows, newest
          first
        </span>
      </div>
      {table.unread.length > 0 && (
        <p class="muted">
          Without a value, or not read because the SQL does not use them: {table.unread.join(', ')}
        </p>
      )}
      <div class="tap-rows" tabIndex={0} role="region" aria-label={`Rows of ${name}`}>
        <table class="plain">
          <thead>
            <tr>
              <th>ROWTIME</th>
              {table.columns.map((column) => (
                <th key={column}>{safeName(column)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, i) => (
              <tr key={stream.total - i}>
                <td class="muted">{new Date(row.rowtimeMillis).toISOString().slice(11, 23)}</td>
                {row.text !== '' ? (
                  <td colSpan={Math.max(1, table.columns.length)}>
                    {safeName(row.text.slice(0, cellLettersMax))}…
                  </td>
                ) : (
                  row.cells.map((cell, column) => (
                    <td key={column} title={cell.slice(0, 2000)}>
                      {safeName(cell.slice(0, cellLettersMax))}
                    </td>
                  ))
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
