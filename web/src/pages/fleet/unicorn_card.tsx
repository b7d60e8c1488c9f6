// The card of the selected unicorn, in the workshop's words: Speed, Health, Magic.
import { alerts, feed, follow, pulse, replay, select, selected, shownStore } from '../../app/state';
import { listedStatus, safeName } from '../../fleet/filter';
import { formatSpeed } from '../../app/units';
import { distanceMetres } from '../../fleet/projection';
import { Status, lowBelow, statusWords, watchBelow } from '../../fleet/status';
import type { FleetStore } from '../../fleet/store';
import { formatAge, formatClock, formatDistance, formatPoints } from '../../ui/format';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { program, shellWord } from '../../ui/program';
import { Link } from '../../app/link';
import { showRawRecord } from './raw_record';
import { Sparkline } from '../../ui/sparkline';

const barMax = 200;

function Vital({ label, points, values }: { label: string; points: number; values: number[] }) {
  const state = points < lowBelow ? 'low' : points < watchBelow ? 'watch' : 'ok';
  const part = Number.isFinite(points) ? Math.min(1, Math.max(0, points / barMax)) : 0;
  return (
    <div class={`vital vital-${state}`}>
      <span class="vital-label">{label}</span>
      <span class="vital-value">{formatPoints(points)}</span>
      <span class="bar" aria-hidden="true">
        <span class="bar-fill" style={{ width: `${part * 100}%` }} />
        <span class="bar-mark" />
      </span>
      <Sparkline
        values={values}
        low={lowBelow}
        label={`${label}, the last minutes`}
        className={`sparkline-${state}`}
      />
    </div>
  );
}

/** All that the archive has of it, in the order of time: a chart, and a track on the map. */
function trackSql(name: string): string {
  return (
    'SELECT name, statustime, latitude, longitude, healthpoints, magicpoints\n' +
    `FROM wildrydes\nWHERE name = '${name.replaceAll("'", "''")}'\nORDER BY statustime DESC\nLIMIT 1000`
  );
}

function history(store: FleetStore, row: number): { health: number[]; magic: number[] } {
  const vitals = store.vitalsOf(row);
  const length = vitals?.length ?? 0;
  return {
    health: Array.from({ length }, (_, i) => vitals!.healthAt(i)),
    magic: Array.from({ length }, (_, i) => vitals!.magicAt(i)),
  };
}

/** One who is named in the address, or who went while the card was open. */
function UnknownCard({ name }: { name: string }) {
  const isReplay = replay.store.value !== null;
  // Before the first answer nobody is known.
  if (!isReplay && feed.badge.value.state !== 'live' && feed.badge.value.state !== 'stale')
    return null;
  const shown = safeName(name);
  return (
    <article class="card" aria-label={`Unicorn ${shown}`}>
      <header>
        <h2 title={shown}>{shown}</h2>
        <button class="icon-button" aria-label="Close the card" onClick={() => select(null)}>
          <Glyph name="close" />
        </button>
      </header>
      <p class="card-note" role="status">
        {isReplay
          ? 'It had not reported at the moment that is shown.'
          : 'It has not reported since the page was opened. This lets one of the name ride:'}
      </p>
      {!isReplay && <Command text={`${program()} producer -name ${shellWord(name)}`} />}
      <footer>
        <Link class="button" target="query" parameters={{ sql: trackSql(name) }}>
          <Glyph name="clock" />
          Track
        </Link>
      </footer>
    </article>
  );
}

export function UnicornCard({ onShow }: { onShow(name: string): void }) {
  pulse.value;
  const store = shownStore.value;
  const name = selected.value;
  if (!store || name === null) return null;
  const row = store.rowOf(name);
  if (row < 0) return <UnknownCard name={name} />;
  const c = store.column;
  const status = listedStatus(store, row);
  const start = feed.config.value!.startPoint;
  const { health, magic } = history(store, row);
  const raised = (alerts.answer.value?.selected ?? []).filter((it) => it.alert.subject === name);
  return (
    <article
      class={`card status-${Status[status].toLowerCase()}`}
      aria-label={`Unicorn ${safeName(name)}`}
    >
      <header>
        <h2 title={safeName(name)}>{safeName(name)}</h2>
        <span class="pill">{statusWords[status]}</span>
        <button class="icon-button" aria-label="Close the card" onClick={() => select(null)}>
          <Glyph name="close" />
        </button>
      </header>
      {raised.map(({ rule, title, alert }) => (
        <p class={`card-alert ${alert.state}`} key={rule}>
          <Glyph name="bell" />
          <span>
            {title}
            <span class="since"> since {formatClock(alert.openedMillis)}</span>
          </span>
          {alert.state === 'open' ? (
            <button
              class="icon-button small"
              title="Acknowledge"
              aria-label="Acknowledge"
              onClick={() => void alerts.acknowledge(rule, name)}
            >
              <Glyph name="check" />
            </button>
          ) : (
            <span class="muted">seen</span>
          )}
        </p>
      ))}
      <div class="speed">
        <span class="vital-label">Speed</span>
        <span class="speed-value" data-field="speed">
          {formatSpeed(c.speed[row]!)}
        </span>
      </div>
      <Vital label="Health" points={c.health[row]!} values={health} />
      <Vital label="Magic" points={c.magic[row]!} values={magic} />
      {health.length < 2 && (
        <p class="card-note" role="status">
          No lines yet: they begin with the second report that the page sees, or that the stream
          still holds.
        </p>
      )}
      <dl>
        <dt>Ridden</dt>
        <dd>
          {formatDistance(distanceMetres(start.lat, start.lon, c.lat[row]!, c.lon[row]!))} from the
          start
        </dd>
        <dt>Position</dt>
        <dd>
          {c.lat[row]!.toFixed(5)}, {c.lon[row]!.toFixed(5)}
        </dd>
        <dt>Last report</dt>
        <dd>
          {formatClock(c.statusTimeMillis[row]!)} · {formatAge(store.now() - c.seenMillis[row]!)}{' '}
          ago
        </dd>
      </dl>
      <footer>
        <button
          class={`button ${follow.value ? 'on' : ''}`}
          aria-pressed={follow.value}
          onClick={() => {
            follow.value = !follow.value;
          }}
          disabled={status === Status.Lost}
        >
          <Glyph name="follow" />
          {follow.value ? 'Following' : 'Follow'}
        </button>
        <button class="button" onClick={() => onShow(name)} disabled={status === Status.Lost}>
          <Glyph name="fit" />
          Show
        </button>
        <button
          class="button"
          onClick={() => void showRawRecord(name, store.now() - c.seenMillis[row]!)}
        >
          <Glyph name="stream" />
          Record
        </button>
        <Link class="button" target="query" parameters={{ sql: trackSql(name) }}>
          <Glyph name="clock" />
          Track
        </Link>
      </footer>
    </article>
  );
}
