// The live feed: fills the fleet's store. As in the workshop the page reads the stream itself, as a
// guest of the identity pool; a large fleet comes over the server's feed instead, the newest reading
// of each unicorn in 20 bytes.
import { signal } from '@preact/signals';
import { getConfig, SessionNeeded, type ConsoleConfig } from '../api/console_api';
import { ServiceError, signedCaller, unsignedCaller, type Endpoint } from '../aws/client';
import { GuestCredentials } from '../aws/guest_credentials';
import { backoffMillis, pollMillis, StreamReader } from '../aws/stream_reader';
import { parseReading } from '../fleet/reading';
import { FleetStore } from '../fleet/store';
import { programIs } from '../ui/program';
import { badgeOf, type Badge, type Contact } from './badge';
import { sleep } from './clock';
import { LiveSocket, type SocketEvents } from './live_socket';
import { loadSettings, type SourceChoice } from './settings';

/** Why no unicorn can be shown; the page explains it with the command that mends it. */
export type Problem =
  | { kind: 'session' }
  | { kind: 'no-pool' }
  | { kind: 'insecure' }
  | { kind: 'no-stream'; stream: string }
  | { kind: 'refused'; code: string; message: string };

const badKeys = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'IncompleteSignatureException',
]);
const recheckMillis = 1_000;
const rateWindowMillis = 5_000;
/** More unicorns than this come over the server's feed, unless the user chose. */
const guestUnicornsMax = 1_000;
const lostMillis = 30_000;
const socketFailuresMax = 3;
const lagMillisMax = 3_600_000;
/** The browser's clock has jumped when it differs by more from what was measured. */
const clockJumpMillis = 10_000;

export type Source = 'guest' | 'feed';

export class LiveFeed {
  readonly config = signal<ConsoleConfig | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly badge = signal<Badge>({ state: 'connecting', seconds: 0, retrySeconds: 0 });
  readonly recordsPerSecond = signal(0);
  /** How old the newest reading was when it came; null before the first, or when nobody can say. */
  readonly lagMillis = signal<number | null>(null);
  readonly guest = signal('');
  readonly source = signal<Source>('guest');
  /** Of the server's feed, since the page was opened. */
  feedBytes = 0;
  feedMessages = 0;
  readonly store = signal<FleetStore | null>(null);

  private contact: Contact = freshContact();
  private reader: StreamReader | null = null;
  private socket: LiveSocket | null = null;
  private credentials: GuestCredentials | null = null;
  private streamName = '';
  private skewMillis = 0;
  private socketFailures = 0;
  private isFeedRefused = false;
  private arrivals: { millis: number; count: number }[] = [];
  private firstRecordMillis = Infinity;
  private recheckedMillis = -Infinity;
  private readonly stopper = new AbortController();

  /** The server's time, epoch milliseconds. */
  serverNow(): number {
    return Date.now() + this.skewMillis;
  }

  /** The stream that the map is about. */
  get stream(): string {
    return loadSettings()?.streamName || (this.config.value?.streamName ?? '');
  }

  /** Runs until stop(): gets the configuration, with patience, then reads the stream. */
  async start(): Promise<void> {
    setInterval(() => this.tick(), 500);
    let failures = 0;
    while (!this.stopper.signal.aborted) {
      try {
        const { config, clockSkewMillis } = await getConfig();
        this.use(config, clockSkewMillis);
        return;
      } catch (error) {
        if (error instanceof SessionNeeded) {
          this.problem.value = { kind: 'session' };
          return; // tick() goes on asking
        }
        const wait = backoffMillis(++failures, Math.random());
        this.waits(wait);
        await sleep(wait, this.stopper.signal);
      }
    }
  }

  /** Asks for the configuration again, after something was changed. */
  async refreshConfig(): Promise<void> {
    const { config } = await getConfig();
    this.config.value = config;
  }

  /** Applies what the user set by hand. */
  restart(): void {
    const config = this.config.value;
    if (config) this.use(config, this.skewMillis);
  }

  stop(): void {
    this.stopper.abort();
    this.hangUp();
  }

  private hangUp(): void {
    this.reader?.stop();
    this.socket?.stop();
    this.reader = null;
    this.socket = null;
  }

  private use(config: ConsoleConfig, clockSkewMillis: number): void {
    this.hangUp();
    this.contact = freshContact();
    this.skewMillis = clockSkewMillis;
    this.config.value = config;
    programIs(config.program);
    this.problem.value = null;
    this.store.value ??= this.emptyStore(config);
    const settings = loadSettings();
    const pool = settings?.identityPoolId || config.identityPoolId;
    const streamName = settings?.streamName || config.streamName;
    this.streamName = streamName;
    const wanted = wantedSource();
    if ((wanted === 'feed' && this.canFeed()) || (wanted === 'auto' && this.isForFeed())) {
      this.connect();
      return;
    }
    this.source.value = 'guest';
    if (!globalThis.crypto?.subtle) {
      this.problem.value = { kind: 'insecure' };
      return;
    }
    if (!pool) {
      this.problem.value = { kind: 'no-pool' };
      return;
    }
    this.read(
      {
        host: location.host,
        region: config.region,
        clockSkewMillis,
        fetch: (input, init) => fetch(input, init),
      },
      pool,
      streamName,
    );
  }

  private emptyStore(config: ConsoleConfig): FleetStore {
    const store = new FleetStore(config.startPoint);
    store.epochOf = (millis) => this.serverNow() - performance.now() + millis;
    return store;
  }

  private read(endpoint: Endpoint, pool: string, streamName: string): void {
    const cognito = unsignedCaller(endpoint, 'AWSCognitoIdentityService');
    const credentials = new GuestCredentials(
      cognito,
      pool,
      () => Date.now() + endpoint.clockSkewMillis,
    );
    this.credentials = credentials;
    const keys = () =>
      credentials.get().then((value) => {
        this.guest.value = credentials.identityId;
        return value;
      });
    const kinesis = signedCaller(endpoint, 'Kinesis_20131202', 'kinesis', keys);
    const reader = new StreamReader(
      kinesis,
      streamName,
      {
        records: (data) => this.take(data),
        polled: (behindMillis) => this.polled(behindMillis),
        failed: (error, waitMillis) => this.failed(error, streamName, waitMillis),
      },
      { sleep, random: Math.random },
    );
    this.reader = reader;
    void reader.run();
  }

  /** Reads from the server's feed from now on. */
  private connect(): void {
    this.hangUp();
    this.source.value = 'feed';
    let youngestMillis = Infinity;
    const events: SocketEvents = {
      reading: (reading, ageMillis) => {
        const store = this.store.value!;
        // Who was lost before the page was opened is no news.
        if (ageMillis >= lostMillis && store.rowOf(reading.name) < 0) return;
        store.apply(reading, performance.now(), ageMillis);
        youngestMillis = Math.min(youngestMillis, ageMillis);
      },
      counted: (records, unreadable) => {
        this.store.value!.unreadableTotal += unreadable;
        if (records > 0) this.arrived(records);
      },
      arrived: (bytes) => {
        this.feedBytes += bytes;
        this.feedMessages++;
        if (youngestMillis < Infinity) this.lagged(youngestMillis);
        youngestMillis = Infinity;
        this.polled(0);
      },
      failed: (waitMillis) => {
        this.waits(waitMillis);
        this.socketFailures++;
        // A proxy between that knows no WebSocket: what the feed cannot carry, the guest reads.
        const isRefused = this.feedMessages === 0 && this.socketFailures >= socketFailuresMax;
        if (isRefused && wantedSource() === 'auto') {
          this.isFeedRefused = true;
          this.use(this.config.value!, this.skewMillis);
          return;
        }
        this.tick();
      },
    };
    this.socket = new LiveSocket(feedAddress(), events, loadSettings()?.perSecond);
  }

  /** Clocks that differ, and readings without a time, say nothing about lag. */
  private lagged(millis: number): void {
    const isSense = millis >= -50 && millis < lagMillisMax;
    this.lagMillis.value = isSense ? Math.max(0, millis) : null;
  }

  private arrived(count: number): void {
    const now = performance.now();
    if (this.firstRecordMillis === Infinity) this.firstRecordMillis = now - pollMillis;
    this.contact.recordMillis = now;
    this.arrivals.push({ millis: now, count });
  }

  private take(data: string[]): void {
    const store = this.store.value!;
    const now = performance.now();
    let newestMillis = -Infinity;
    for (const item of data) {
      const reading = parseReading(item);
      if (reading) {
        store.apply(reading, now);
        if (reading.timeMillis > newestMillis) newestMillis = reading.timeMillis;
      } else {
        store.unreadableTotal++;
      }
    }
    if (data.length > 0) this.lagged(this.serverNow() - newestMillis);
    this.arrived(data.length);
    if (wantedSource() === 'auto' && this.isForFeed()) this.connect();
  }

  /** The server's feed is about its own stream, not one that the user chose. */
  private canFeed(): boolean {
    return this.streamName === this.config.value?.streamName;
  }

  private isForFeed(): boolean {
    const isLarge = (this.store.value?.count ?? 0) > guestUnicornsMax;
    return isLarge && this.canFeed() && !this.isFeedRefused;
  }

  private polled(behindMillis: number): void {
    this.contact.polledMillis = performance.now();
    this.contact.behindMillis = behindMillis;
    this.contact.failing = false;
    this.contact.retryMillis = -Infinity;
    if (this.problem.value) this.problem.value = null;
    this.tick();
  }

  /** Something failed, and is tried again after this time; of several, what comes first. */
  private waits(millis: number): void {
    const now = performance.now();
    const { contact } = this;
    contact.failing = true;
    if (contact.retryMillis < now || now + millis < contact.retryMillis)
      contact.retryMillis = now + millis;
  }

  private failed(error: unknown, streamName: string, waitMillis: number): void {
    this.waits(waitMillis);
    if (error instanceof ServiceError) {
      if (badKeys.has(error.code)) this.credentials?.drop();
      else if (error.code === 'ResourceNotFoundException' && /stream/i.test(error.message)) {
        this.problem.value = { kind: 'no-stream', stream: streamName };
      } else if (error.status < 500) {
        this.problem.value = { kind: 'refused', code: error.code, message: error.message };
      }
    }
    this.tick();
  }

  /** After a failure the server may be another one: other pool, other stream, no session. */
  private async recheck(): Promise<void> {
    const now = performance.now();
    if (now - this.recheckedMillis < recheckMillis) return;
    this.recheckedMillis = now;
    try {
      const { config, clockSkewMillis } = await getConfig();
      const jumped = Math.abs(clockSkewMillis - this.skewMillis) > clockJumpMillis;
      const changed = jumped || sourceOf(config) !== sourceOf(this.config.value);
      if (changed || this.problem.value?.kind === 'session') this.use(config, clockSkewMillis);
      else {
        this.config.value = config;
        // The server answers again: the reader need not wait until its pause is over.
        if (this.contact.failing && !this.problem.value) {
          this.reader?.wake();
          this.socket?.wake();
        }
      }
    } catch (error) {
      if (!(error instanceof SessionNeeded)) return;
      this.hangUp();
      this.problem.value = { kind: 'session' };
    }
  }

  private tick(): void {
    const now = performance.now();
    const isSettingUp = this.config.value?.settingUp === true;
    if (this.problem.value || this.contact.failing || isSettingUp) void this.recheck();
    const badge = badgeOf(this.contact, now);
    const shown = this.badge.value;
    const keys = ['state', 'seconds', 'retrySeconds'] as const;
    if (keys.some((key) => badge[key] !== shown[key])) this.badge.value = badge;
    this.arrivals = this.arrivals.filter(({ millis }) => now - millis < rateWindowMillis);
    const total = this.arrivals.reduce((sum, { count }) => sum + count, 0);
    const watchedMillis = Math.min(rateWindowMillis, Math.max(1_000, now - this.firstRecordMillis));
    this.recordsPerSecond.value = Math.round((total * 1000) / watchedMillis);
  }
}

function feedAddress(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/_/api/live`;
}

function wantedSource(): SourceChoice {
  return loadSettings()?.source ?? 'auto';
}

/** What the reader depends on, to be compared. */
function sourceOf(config: ConsoleConfig | null): string {
  return JSON.stringify([config?.region, config?.identityPoolId, config?.streamName]);
}

function freshContact(): Contact {
  return {
    polledMillis: -Infinity,
    failing: false,
    recordMillis: -Infinity,
    behindMillis: 0,
    retryMillis: -Infinity,
  };
}
