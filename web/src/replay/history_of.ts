// Which source holds a moment: the stream for as long as it keeps its records, else the archive.
import { ArchiveHistory } from './archive_history';
import { ArchiveTrail } from './archive_trail';
import { streamReach } from './reach';
import { recordsMax, type PastOf } from './past_trails';
import type { HistoryAt } from './replay';
import { StreamHistory, type History, type PastReading } from './stream_history';

/** Reads of one trail's past, of all shards together. */
const trailReadsMax = 2 * (recordsMax / 5_000);

/** Asks the stream how far back it goes before it chooses. */
class EitherHistory implements History {
  private chosen: History | null = null;
  private stopped = false;

  constructor(
    private readonly stream: string,
    private readonly nowMillis: () => number,
    private readonly choose: (reachMillis: number) => History,
  ) {}

  take(untilMillis: number): PastReading[] {
    return this.chosen?.take(untilMillis) ?? [];
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    if (this.chosen === null) {
      this.chosen = this.choose(await streamReach(this.stream, this.nowMillis()));
      if (this.stopped) this.chosen.stop();
    }
    await this.chosen.fetchUntil(untilMillis);
  }

  isOver(): boolean {
    return this.chosen?.isOver() ?? false;
  }

  stop(): void {
    this.stopped = true;
    this.chosen?.stop();
  }
}

export function historyOf(stream: () => string, nowMillis: () => number): HistoryAt {
  return (fromMillis) =>
    new EitherHistory(stream(), nowMillis, (reach) =>
      fromMillis >= reach - 60_000
        ? new StreamHistory(stream(), Math.max(fromMillis, reach), nowMillis)
        : new ArchiveHistory(fromMillis),
    );
}

/** Records in which this name cannot be are not parsed; a name of other letters may be escaped. */
function filterOf(name: string): (data: string) => boolean {
  return /^[\w .-]+$/.test(name) ? (data) => atob(data).includes(name) : () => true;
}

export function pastOf(stream: () => string, nowMillis: () => number): PastOf {
  return ({ name, fromMillis, untilMillis }) =>
    new EitherHistory(stream(), nowMillis, (reach) => {
      // The archive is searched for one, not for all.
      if (untilMillis < reach && name !== null) return new ArchiveTrail(name, fromMillis);
      return new StreamHistory(stream(), Math.max(fromMillis, reach), nowMillis, undefined, {
        readsMax: trailReadsMax,
        ...(name === null ? {} : { isWanted: filterOf(name) }),
      });
    });
}
