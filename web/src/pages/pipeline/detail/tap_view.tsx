// In-application streams with their live rows, and the open windows with a countdown.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getTap, type TapAnswer } from '../../../api/console_feeds';
import { safeName } from '../../../fleet/filter';
import { formatCount } from '../../../ui/format';
import { wordsOf } from '../../../api/aws';
import { windowSeconds } from '../rates';
import { beat } from '../state';
import type { ApplicationResource } from '../resources';
import { errorStream, openWindows, tapTable } from './tap';

const askMillis = 1_000;
const cellLettersMax = 200;

export interface Tap {
  answer: TapAnswer | null;
  /** When it came, monotonic. */
  atMillis: number;
  error: string;
}

/** Asks each second for as long as the component is there. */
export function useTap(application: string): Tap {
  const tap = useSignal<Tap>({ answer: null, atMillis: 0, error: '' });
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      try {
        const answer = await getTap(application);
        if (!ended) tap.value = { answer, atMillis: performance.now(), error: '' };
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

/** Each open window with the seconds until its rows come. */
export function Windows({ app, tap }: { app: ApplicationResource; tap: Tap }) {
  beat.value;
  if (!tap.answer?.running) return null;
  const open = openWindows(tap.answer, performance.now() - tap.atMillis);
  const length = windowSeconds(app.code);
  if (open.length === 0) {
    if (length === 0) return null;
    return <p class="muted">No window is open: the next record opens one of {length} s.</p>;
  }
  return (
    <ul class="windows" aria-label="Open windows">
      {open.map(({ stream, groups, secondsLeft }, i) => (
        <li key={i} class="countdown">
          {secondsLeft !== null && length > 0 && (
            <span
              class="meter wide"
              style={{ '--part': `${Math.min(100, (100 * (length - secondsLeft)) / length)}%` }}
            />
          )}
          <span>
            <b>{stream}</b>: {formatCount(groups)} {groups === 1 ? 'group' : 'groups'} open,{' '}
            {secondsLeft === null ? (
              'closed by the next rows'
            ) : (
              <>
                rows in <b>{secondsLeft} s</b>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
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
