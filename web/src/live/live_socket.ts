// The WebSocket of the server's live feed: connects, and again for as long as it is not stopped.
import { backoffMillis } from '../aws/stream_reader';
import { FrameReader } from './frame_reader';
import type { Reading } from '../fleet/reading';

export interface SocketEvents {
  reading(reading: Reading, ageMillis: number): void;
  counted(records: number, unreadable: number): void;
  /** A message came, of so many bytes. */
  arrived(bytes: number): void;
  /** It is tried again after `waitMillis`. */
  failed(waitMillis: number): void;
}

/** Twice this without a message means that the connection is dead, whatever the browser says. */
const silenceMillisMax = 5_000;
const checkMillis = 1_000;

export class LiveSocket {
  private socket: WebSocket | null = null;
  private stopped = false;
  private failures = 0;
  private heardMillis = 0;
  private timer = 0;
  private readonly check: number;

  constructor(
    private readonly address: string,
    private readonly events: SocketEvents,
    private readonly perSecond = 1,
  ) {
    this.check = window.setInterval(() => this.checkSilence(), checkMillis);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.check);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  /** The server is known to be back: no need to wait any longer. */
  wake(): void {
    if (this.stopped || this.socket !== null) return;
    clearTimeout(this.timer);
    this.connect();
  }

  private connect(): void {
    const socket = new WebSocket(this.address);
    const reader = new FrameReader(this.events);
    this.socket = socket;
    this.heardMillis = performance.now();
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.socket !== socket) return;
      if (!(data instanceof ArrayBuffer) || !reader.take(data)) return socket.close();
      this.failures = 0;
      this.heardMillis = performance.now();
      this.events.arrived(data.byteLength);
    };
    socket.onopen = () => {
      if (this.perSecond !== 1) socket.send(JSON.stringify({ perSecond: this.perSecond }));
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private lost(): void {
    this.socket = null;
    if (this.stopped) return;
    const wait = backoffMillis(++this.failures, Math.random());
    this.timer = window.setTimeout(() => this.connect(), wait);
    this.events.failed(wait);
  }

  private checkSilence(): void {
    if (!this.socket || performance.now() - this.heardMillis < silenceMillisMax) return;
    const silent = this.socket;
    this.lost();
    silent.close();
  }
}
