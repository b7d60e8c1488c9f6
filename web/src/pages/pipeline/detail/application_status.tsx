// The status column of a SQL application: how far its time is, what its pumps do, what is open.
import type { ComponentChildren } from 'preact';
import { formatCount } from '../../../ui/format';
import { lagOf } from '../figures';
import { windowSeconds } from '../rates';
import type { ApplicationResource } from '../resources';
import { beat, pulse } from '../state';
import { openWindows, pumpsOf } from './tap';
import type { Tap } from './tap_view';

function clock(millis: number): string {
  return new Date(millis).toISOString().slice(11, 19);
}

/** Each open window with its begin and the seconds until its rows come. */
function Windows({ app, tap }: { app: ApplicationResource; tap: Tap }) {
  if (!tap.answer?.running) return null;
  const length = windowSeconds(app.code);
  const open = openWindows(tap.answer, performance.now() - tap.atMillis, length);
  if (open.length === 0) {
    if (length === 0) return null;
    return <p class="muted">No window is open: the next record opens one of {length} s.</p>;
  }
  return (
    <ul class="windows" aria-label="Open windows">
      {open.map(({ stream, groups, secondsLeft, opensMillis }, i) => (
        <li key={i} class="window">
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
          {secondsLeft !== null && opensMillis !== null && (
            <>
              <span
                class="meter wide"
                style={{ '--part': `${Math.min(100, (100 * (length - secondsLeft)) / length)}%` }}
              />
              <span class="muted">began {clock(opensMillis)} UTC</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Time({ app, tap }: { app: ApplicationResource; tap: Tap }) {
  const lag = lagOf(app.name);
  const it = pulse.value.applications.find((each) => each.name === app.name);
  const rowtime = tap.answer?.rowtimeMillis ?? 0;
  const now = (tap.answer?.nowMillis ?? 0) + performance.now() - tap.atMillis;
  const facts: [string, ComponentChildren][] = [
    [
      'ROWTIME',
      rowtime > 0
        ? `${clock(rowtime)} UTC, ${(Math.max(0, now - rowtime) / 1000).toFixed(1)} s ago`
        : 'no row yet',
    ],
    [
      'Behind the source',
      <span key="lag" class={lag === null ? '' : 'bad'}>
        {it ? `${(it.behindMillis / 1000).toFixed(1)} s` : '–'}
      </span>,
    ],
  ];
  return (
    <dl class="status-facts">
      {facts.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What comes in, and what each pump hands on, with rows counted where they arrive. */
function Flows({ app, tap }: { app: ApplicationResource; tap: Tap }) {
  const flows = [
    ...app.inputs.map((input) => ({ words: 'read', stream: `${input.prefix}_001` })),
    ...pumpsOf(app.code).map(({ name, stream }) => ({ words: name, stream })),
  ];
  if (flows.length === 0) return null;
  return (
    <ul class="flows" aria-label="Pumps">
      {flows.map(({ words, stream }, i) => (
        <li key={i}>
          <span>
            <b>{words}</b> <span class="muted">into {stream}</span>
          </span>
          <span class="flow-rate">{tap.rates.get(stream)?.text ?? '…'}</span>
        </li>
      ))}
    </ul>
  );
}

export function ApplicationStatus({ app, tap }: { app: ApplicationResource; tap: Tap }) {
  beat.value;
  return (
    <aside class="app-status" aria-label="Status">
      {!tap.answer?.running ? (
        <p class="muted">
          {tap.error !== '' ? tap.error : `The application is ${app.status}: nothing moves in it.`}
        </p>
      ) : (
        <>
          <Time app={app} tap={tap} />
          <Windows app={app} tap={tap} />
          <Flows app={app} tap={tap} />
        </>
      )}
    </aside>
  );
}
