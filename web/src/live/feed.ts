// The live feed: configuration, guest credentials and stream reader together, filling the fleet's
// store.
import { signal } from '@preact/signals';
import { getConfig, SessionNeeded, type ConsoleConfig } from '../api/console_api';
import { ServiceError, signedCaller, unsignedCaller, type Endpoint } from '../aws/client';
import { GuestCredentials } from '../aws/guest_credentials';
import { backoffMillis, pollMillis, StreamReader } from '../aws/stream_reader';
import { parseReading } from '../fleet/reading';
import { FleetStore } from '../fleet/store';
import { badgeOf, type Badge, type Contact } from './badge';
import { sleep } from './clock';
import { loadSettings } from './settings';

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

export class LiveFeed {
  readonly config = signal<ConsoleConfig | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly badge = signal<Badge>({ state: 'connecting', seconds: 0 });
  readonly recordsPerSecond = signal(0);
  readonly guest = signal('');
  readonly store = signal<FleetStore | null>(null);

  private contact: Contact = freshContact();
  private reader: StreamReader | null = null;
  private credentials: GuestCredentials | null = null;
  private arrivals: { millis: number; count: number }[] = [];
  private firstRecordMillis = Infinity;
  private recheckedMillis = -Infinity;
  private readonly stopper = new AbortController();

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
        this.contact.failing = true;
        await sleep(backoffMillis(++failures, Math.random()), this.stopper.signal);
      }
    }
  }

  /** Applies what the user set by hand. */
  restart(): void {
    const config = this.config.value;
    if (config) this.use(config, 0);
  }

  stop(): void {
    this.stopper.abort();
    this.reader?.stop();
  }

  private use(config: ConsoleConfig, clockSkewMillis: number): void {
    this.reader?.stop();
    this.contact = freshContact();
    this.config.value = config;
    this.problem.value = null;
    this.store.value ??= new FleetStore(config.startPoint);
    const settings = loadSettings();
    const pool = settings?.identityPoolId || config.identityPoolId;
    const streamName = settings?.streamName || config.streamName;
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
        failed: (error) => this.failed(error, streamName),
      },
      { sleep, random: Math.random },
    );
    this.reader = reader;
    void reader.run();
  }

  private take(data: string[]): void {
    const store = this.store.value!;
    const now = performance.now();
    for (const item of data) {
      const reading = parseReading(item);
      if (reading) store.apply(reading, now);
      else store.unreadableTotal++;
    }
    if (this.firstRecordMillis === Infinity) this.firstRecordMillis = now - pollMillis;
    this.contact.recordMillis = now;
    this.arrivals.push({ millis: now, count: data.length });
  }

  private polled(behindMillis: number): void {
    this.contact.polledMillis = performance.now();
    this.contact.behindMillis = behindMillis;
    this.contact.failing = false;
    if (this.problem.value) this.problem.value = null;
    this.tick();
  }

  private failed(error: unknown, streamName: string): void {
    this.contact.failing = true;
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
      const changed = sourceOf(config) !== sourceOf(this.config.value);
      if (changed || this.problem.value?.kind === 'session') this.use(config, clockSkewMillis);
      else {
        this.config.value = config;
        // The server answers again: the reader need not wait until its pause is over.
        if (this.contact.failing && !this.problem.value) this.reader?.wake();
      }
    } catch (error) {
      if (!(error instanceof SessionNeeded)) return;
      this.reader?.stop();
      this.problem.value = { kind: 'session' };
    }
  }

  private tick(): void {
    const now = performance.now();
    const isSettingUp = this.config.value?.settingUp === true;
    if (this.problem.value || this.contact.failing || isSettingUp) void this.recheck();
    const badge = badgeOf(this.contact, now);
    const shown = this.badge.value;
    if (badge.state !== shown.state || badge.seconds !== shown.seconds) this.badge.value = badge;
    this.arrivals = this.arrivals.filter(({ millis }) => now - millis < rateWindowMillis);
    const total = this.arrivals.reduce((sum, { count }) => sum + count, 0);
    const watchedMillis = Math.min(rateWindowMillis, Math.max(1_000, now - this.firstRecordMillis));
    this.recordsPerSecond.value = Math.round((total * 1000) / watchedMillis);
  }
}

/** What the reader depends on, to be compared. */
function sourceOf(config: ConsoleConfig | null): string {
  return JSON.stringify([config?.region, config?.identityPoolId, config?.streamName]);
}

function freshContact(): Contact {
  return { polledMillis: -Infinity, failing: false, recordMillis: -Infinity, behindMillis: 0 };
}
