// What the Pipeline page knows: resources every few seconds, counters each second.
import { computed, signal } from '@preact/signals';
import { getPulse, type Pulse } from '../../api/console_feeds';
import { graphOf, type Graph } from './graph';
import { loadResources } from './load';
import { rateOf, samplesMax, type Rate, type Sample } from './rates';
import { noResources, type Resources } from './resources';

const resourcesMillis = 4_000;
const pulseMillis = 1_000;

export const resources = signal<Resources>(noResources);
export const isLoaded = signal(false);
export const failure = signal('');
export const pulse = signal<Pulse>({ streams: [], applications: [], deliveries: [], triggers: [] });
export const showsGhosts = signal(true);
/** Counts up with each pulse: countdowns read it. */
export const beat = signal(0);

const samples = new Map<string, Sample[]>();

export const graph = computed<Graph>(() => graphOf(resources.value, showsGhosts.value));

export function samplesOf(stream: string): Sample[] {
  beat.value;
  return samples.get(stream) ?? [];
}

export function rateOfStream(stream: string): Rate | null {
  return rateOf(samplesOf(stream));
}

function take(next: Pulse): void {
  const millis = performance.now();
  for (const { name, records } of next.streams) {
    const list = samples.get(name) ?? [];
    // A restart of the server, or a new stream of the same name, begins again.
    if (list.length > 0 && list.at(-1)!.records > records) list.length = 0;
    list.push({ millis, records });
    if (list.length > samplesMax) list.shift();
    samples.set(name, list);
  }
  pulse.value = next;
}

async function refreshResources(): Promise<void> {
  try {
    resources.value = await loadResources();
    failure.value = '';
    isLoaded.value = true;
  } catch (error) {
    failure.value = (error as Error).message;
  }
}

async function refreshPulse(): Promise<void> {
  try {
    take(await getPulse());
  } catch {
    // The resources' refresh says what is wrong; the counters only stand still.
  }
  beat.value++;
}

/** Reads again at once, after something was changed. */
export function refresh(): Promise<void> {
  return refreshResources();
}

let users = 0;
let timers: number[] = [];

function every(millis: number, work: () => Promise<void>, at: number): void {
  const again = () => {
    if (users === 0) return;
    timers[at] = window.setTimeout(() => void work().finally(again), millis);
  };
  void work().finally(again);
}

/** Follows the account while someone looks; the returned function ends it. */
export function follow(): () => void {
  if (users++ === 0) {
    every(resourcesMillis, refreshResources, 0);
    every(pulseMillis, refreshPulse, 1);
  }
  return () => {
    if (--users > 0) return;
    timers.forEach((timer) => clearTimeout(timer));
    timers = [];
  };
}
