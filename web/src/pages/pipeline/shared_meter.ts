// Several windows of one browser ask the server once: the visible window that holds the lock asks,
// and tells the others what it heard.

type Message<T> = { answer: T } | { problem: string };

export interface MeterEvents<T> {
  heard(answer: T): void;
  failed(problem: string): void;
}

function isVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

export class SharedMeter<T> {
  private readonly stopper = new AbortController();
  private readonly channel: BroadcastChannel;

  constructor(
    private readonly name: string,
    private readonly ask: () => Promise<T>,
    private readonly everyMillis: number,
    private readonly events: MeterEvents<T>,
  ) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Message<T>>) => this.take(event.data);
    // The first answer does not wait for another window's turn.
    void this.askNow();
    void this.lead();
  }

  /** Asks at once, for every window. */
  async askNow(): Promise<void> {
    const message = await this.ask().then(
      (answer): Message<T> => ({ answer }),
      (error: unknown): Message<T> => ({
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
    if (this.stopper.signal.aborted) return;
    this.take(message);
    this.channel.postMessage(message);
  }

  stop(): void {
    this.stopper.abort();
    this.channel.close();
  }

  private take(message: Message<T>): void {
    if ('answer' in message) this.events.heard(message.answer);
    else this.events.failed(message.problem);
  }

  private async lead(): Promise<void> {
    const { signal } = this.stopper;
    const ask = async () => {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, this.everyMillis));
        // A hidden window gives the lock back: browsers let it ask too seldom.
        if (signal.aborted || document.hidden) return;
        await this.askNow();
      }
    };
    while (!signal.aborted) {
      await isVisible(signal);
      // Without locks (an address that is not secure) each window asks for itself.
      if (!navigator.locks) await ask();
      else await navigator.locks.request(this.name, { signal }, ask).catch(() => {});
    }
  }
}
