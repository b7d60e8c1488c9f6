// The time slider: live at its right end, or a moment of the past from the stream or the archive.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { feed, pulse, replay } from '../../app/state';
import { streamReach } from '../../replay/reach';
import { speeds } from '../../replay/replay';
import { Elapsed } from '../../ui/elapsed';
import { formatMoment } from '../../ui/format';
import { Glyph } from '../../ui/glyph';

const minute = 60_000;
const spans: [number, string][] = [
  [5 * minute, '5 min'],
  [60 * minute, '1 h'],
  [24 * 60 * minute, '24 h'],
];
const reachMillis = 30_000;

const span = signal(spans[0]![0]);
/** What the slider is drawn to while it is held; the replay begins when it is let go. */
const drawn = signal<number | null>(null);
const reach = signal<number | null>(null);
const open = signal(false);

export function focusTime(): void {
  open.value = true;
  setTimeout(() => document.querySelector<HTMLInputElement>('#time')?.focus());
}

function startAt(millis: number): void {
  const config = feed.config.value;
  if (config) replay.startAt(millis, config.startPoint);
}

/** The moment of a datetime-local field, which is in the page's own zone. */
function localText(millis: number): string {
  const zone = new Date(millis).getTimezoneOffset() * minute;
  return new Date(millis - zone).toISOString().slice(0, 19);
}

function Moment() {
  const at = replay.atMillis.value || feed.serverNow() - 10 * minute;
  return (
    <input
      class="moment"
      type="datetime-local"
      step="1"
      aria-label="Moment; before the stream's memory the archive is asked"
      title="Any moment: what the stream no longer holds comes from the archive"
      defaultValue={localText(at)}
      onChange={(event) => {
        const millis = Date.parse(event.currentTarget.value);
        if (millis < feed.serverNow()) startAt(millis);
      }}
    />
  );
}

function State() {
  if (replay.store.value === null) return <span class="muted">live</span>;
  if (replay.problem.value !== '') {
    return (
      <span class="time-problem" role="alert" title={replay.problem.value}>
        {replay.problem.value}
      </span>
    );
  }
  return (
    <span role="status" aria-live="off">
      {formatMoment(replay.atMillis.value)}
      {replay.waiting.value && (
        <>
          {' …'}
          <Elapsed />
        </>
      )}
    </span>
  );
}

function Range() {
  pulse.value;
  const now = feed.serverNow();
  const oldest = Math.max(now - span.value, reach.value ?? now - span.value);
  const isReplay = replay.store.value !== null;
  const at = drawn.value ?? (isReplay ? replay.atMillis.value : now);
  return (
    <input
      id="time"
      type="range"
      min={oldest}
      max={now}
      step="1000"
      value={Math.max(oldest, at)}
      aria-label="Time: live at the right end"
      aria-valuetext={isReplay || drawn.value !== null ? formatMoment(at) : 'live'}
      onInput={(event) => {
        drawn.value = event.currentTarget.valueAsNumber;
      }}
      onChange={(event) => {
        const millis = event.currentTarget.valueAsNumber;
        drawn.value = null;
        if (millis > feed.serverNow() - 3_000) replay.end();
        else startAt(millis);
      }}
    />
  );
}

function Controls() {
  const isReplay = replay.store.value !== null;
  return (
    <>
      <button
        class="icon-button small"
        aria-label={replay.paused.value ? 'Go on (P)' : 'Pause (P)'}
        disabled={!isReplay}
        onClick={() => {
          replay.paused.value = !replay.paused.value;
        }}
      >
        <Glyph name={replay.paused.value ? 'play' : 'pause'} />
      </button>
      <span class="views" role="group" aria-label="Speed">
        {speeds.map((speed) => (
          <button
            key={speed}
            aria-pressed={replay.speed.value === speed}
            onClick={() => {
              replay.speed.value = speed;
            }}
          >
            ×{speed}
          </button>
        ))}
      </span>
      <select
        aria-label="How far back the slider goes"
        value={String(span.value)}
        onChange={(event) => {
          span.value = Number(event.currentTarget.value);
        }}
      >
        {spans.map(([millis, words]) => (
          <option key={millis} value={String(millis)}>
            {words}
          </option>
        ))}
      </select>
      <Moment />
    </>
  );
}

export function TimeSlider() {
  const stream = feed.config.value && feed.stream;
  useEffect(() => {
    if (!stream || !open.value) return;
    const ask = () =>
      streamReach(stream, feed.serverNow()).then(
        (millis) => (reach.value = millis),
        () => (reach.value = null),
      );
    void ask();
    const timer = setInterval(() => void ask(), reachMillis);
    return () => clearInterval(timer);
  }, [stream, open.value]);
  if (!feed.store.value) return null;
  const isReplay = replay.store.value !== null;
  if (!open.value && !isReplay) {
    return (
      <button class="button time-open" title="Replay a moment of the past (R)" onClick={focusTime}>
        <Glyph name="clock" />
        Replay
      </button>
    );
  }
  return (
    <div class="time" role="group" aria-label="Replay">
      <div class="time-row">
        <State />
        <Range />
        <button
          class={`button ${isReplay ? 'primary' : ''}`}
          title="Back to live (L)"
          onClick={() => {
            replay.end();
            open.value = false;
          }}
        >
          {isReplay ? 'Live' : 'Close'}
        </button>
      </div>
      <div class="time-row">
        <Controls />
      </div>
    </div>
  );
}
