// Replay: the fleet as it was, from a moment on, at one to sixty times its speed. What is live goes
// on beside it and is not touched.
import { signal } from '@preact/signals';
import { wordsOf } from '../api/aws';
import { FleetStore } from '../fleet/store';
import type { History } from './stream_history';

export type Speed = 1 | 10 | 60;
export const speeds: Speed[] = [1, 10, 60];

/** So long before the moment reading begins: who reports each second is there at once. */
export const warmUpMillis = 3_000;
const tickMillis = 100;
/** Seconds of the page's time that are fetched ahead. */
const aheadSeconds = 3;
/** Nearer to the present than this there is nothing to replay. */
const presentMillis = 1_500;

export type HistoryAt = (fromMillis: number) => History;

export class Replay {
  readonly store = signal<FleetStore | null>(null);
  /** The moment that is shown, epoch milliseconds of the server. */
  readonly atMillis = signal(0);
  readonly speed = signal<Speed>(1);
  readonly paused = signal(false);
  /** The next readings are not there yet. */
  readonly waiting = signal(false);
  readonly problem = signal('');
  private history: History | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private tickedMillis = 0;
  private fetching = false;
  private fetchedMillis = 0;

  constructor(
    private readonly historyAt: HistoryAt,
    private readonly nowMillis: () => number,
  ) {}

  /** Shows the fleet as it was at this moment, and goes on from there. */
  startAt(millis: number, start: { lat: number; lon: number }): void {
    this.drop();
    this.problem.value = '';
    this.atMillis.value = millis;
    this.fetchedMillis = millis;
    this.store.value = new FleetStore(start, () => this.atMillis.peek());
    this.store.value.rate = () => (this.paused.peek() ? 0 : this.speed.peek());
    this.history = this.historyAt(millis - warmUpMillis);
    this.waiting.value = true;
    this.tickedMillis = performance.now();
    this.timer = setInterval(() => this.tick(), tickMillis);
    this.tick();
  }

  /** Back to what is live. */
  end(): void {
    this.drop();
    this.store.value = null;
    this.paused.value = false;
    this.waiting.value = false;
    this.problem.value = '';
  }

  private drop(): void {
    clearInterval(this.timer);
    this.history?.stop();
    this.history = null;
    this.fetching = false;
  }

  private tick(): void {
    const now = performance.now();
    const passedMillis = now - this.tickedMillis;
    this.tickedMillis = now;
    const { history } = this;
    if (!history || this.problem.value !== '') return;
    const ahead = this.atMillis.value + aheadSeconds * 1000 * this.speed.value;
    if (!this.fetching && (this.waiting.value || this.fetchedMillis < ahead)) {
      void this.fetch(history, ahead);
    }
    if (this.paused.value || this.waiting.value) return;
    this.advance(history, passedMillis * this.speed.value);
  }

  private advance(history: History, millis: number): void {
    const to = Math.min(this.atMillis.value + millis, this.fetchedMillis);
    // Nothing has been fetched for the next moment: the clock waits for it.
    this.waiting.value = to < this.atMillis.value + millis;
    const store = this.store.value!;
    for (const { reading, millis: taken } of history.take(to)) store.apply(reading, taken);
    this.atMillis.value = to;
    store.age(to);
    if (history.isOver() || to > this.nowMillis() - presentMillis) this.end();
  }

  private async fetch(history: History, untilMillis: number): Promise<void> {
    this.fetching = true;
    const until = Math.min(untilMillis, this.nowMillis());
    try {
      await history.fetchUntil(until);
      if (history !== this.history) return;
      this.fetchedMillis = Math.max(this.fetchedMillis, until);
      this.waiting.value = false;
    } catch (error) {
      if (history === this.history) this.problem.value = wordsOf(error);
    } finally {
      if (history === this.history) this.fetching = false;
    }
  }
}
