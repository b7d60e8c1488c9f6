// Which source holds a moment: the stream for as long as it keeps its records, else the archive.
import { ArchiveHistory } from './archive_history';
import { streamReach } from './reach';
import type { HistoryAt } from './replay';
import { StreamHistory, type History, type PastReading } from './stream_history';

/** Asks the stream how far back it goes before it chooses. */
class EitherHistory implements History {
  private chosen: History | null = null;
  private stopped = false;

  constructor(
    private readonly fromMillis: number,
    private readonly stream: string,
    private readonly nowMillis: () => number,
  ) {}

  take(untilMillis: number): PastReading[] {
    return this.chosen?.take(untilMillis) ?? [];
  }

  async fetchUntil(untilMillis: number): Promise<void> {
    this.chosen ??= await this.choose();
    await this.chosen.fetchUntil(untilMillis);
  }

  isOver(): boolean {
    return this.chosen?.isOver() ?? false;
  }

  stop(): void {
    this.stopped = true;
    this.chosen?.stop();
  }

  private async choose(): Promise<History> {
    const reach = await streamReach(this.stream, this.nowMillis());
    const history =
      this.fromMillis >= reach - 60_000
        ? new StreamHistory(this.stream, Math.max(this.fromMillis, reach), this.nowMillis)
        : new ArchiveHistory(this.fromMillis);
    if (this.stopped) history.stop();
    return history;
  }
}

export function historyOf(stream: () => string, nowMillis: () => number): HistoryAt {
  return (fromMillis) => new EitherHistory(fromMillis, stream(), nowMillis);
}
