// What the Pipeline page knows: resources every few seconds, counters each second.
import { computed, signal } from '@preact/signals';
import { getPulse, type Pulse } from '../../api/console_feeds';
import { addGhosts } from './ghosts';
import { graphOf, nodeId, type Graph } from './graph';
import { History, type Point } from './history';
import { loadResources } from './load';
import { rateOf, refusedPerSecond, samplesMax, type Rate, type Sample } from './rates';
import { noResources, type Resources } from './resources';
import { SharedMeter } from './shared_meter';
import { Waits } from './waits';

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
const refusals = new Map<string, Sample[]>();
const history = new History();
const waits = new Waits();

export const graph = computed<Graph>(() => {
  const real = graphOf(resources.value);
  return showsGhosts.value ? addGhosts(real) : real;
});

export function samplesOf(stream: string): Sample[] {
  beat.value;
  return samples.get(stream) ?? [];
}

export function rateOfStream(stream: string): Rate | null {
  return rateOf(samplesOf(stream));
}

/** Records and readings that a limit of the stream refuses now, each second. */
export function refusedByStream(stream: string): number {
  beat.value;
  return refusedPerSecond(refusals.get(stream) ?? []);
}

/** A figure of a node since the page was opened. */
export function historyOf(node: string, figure: string): Point[] {
  beat.value;
  return history.pointsOf(`${node} ${figure}`);
}

/** How long a part has been in a state that passes; null for all others. */
export function waitedSeconds(node: string): number | null {
  beat.value;
  return waits.secondsOf(node, performance.now());
}

function keep(node: string, figures: Record<string, number>): void {
  const millis = performance.now();
  for (const [figure, value] of Object.entries(figures))
    history.note(`${node} ${figure}`, { millis, value });
}

function keepPulse({ applications, deliveries, triggers }: Pulse): void {
  for (const it of applications)
    keep(nodeId('application', it.name), {
      records: it.records,
      behind: it.behindMillis,
      errors: it.errors,
      lost: it.lostRecords,
    });
  for (const it of deliveries)
    keep(nodeId('delivery', it.name), {
      bytes: it.bufferedBytes,
      age: it.bufferedMillis,
      failures: it.failures,
    });
  const behind = new Map<string, number>();
  for (const it of triggers)
    behind.set(it.function, Math.max(behind.get(it.function) ?? 0, it.behindMillis));
  for (const [name, millis] of behind) keep(nodeId('function', name), { behind: millis });
}

function keepStores({ tables, buckets }: Resources): void {
  for (const it of tables) keep(nodeId('table', it.name), { items: it.items, bytes: it.bytes });
  // More objects than one page holds are not counted.
  for (const it of buckets)
    if (!it.hasMore) keep(nodeId('bucket', it.name), { objects: it.objects });
}

function note(of: Map<string, Sample[]>, name: string, sample: Sample): void {
  const list = of.get(name) ?? [];
  // A restart of the server, or a new stream of the same name, begins again.
  if (list.length > 0 && list.at(-1)!.records > sample.records) list.length = 0;
  list.push(sample);
  if (list.length > samplesMax) list.shift();
  of.set(name, list);
}

function take(next: Pulse): void {
  const millis = performance.now();
  for (const { name, records, refused } of next.streams) {
    note(samples, name, { millis, records });
    note(refusals, name, { millis, records: refused });
  }
  keepPulse(next);
  pulse.value = next;
}

/** Reads again at once, after something was changed. */
export async function refresh(): Promise<void> {
  await meters?.resources.askNow();
}

let users = 0;
let meters: { resources: SharedMeter<Resources>; pulse: SharedMeter<Pulse> } | null = null;

function startMeters() {
  return {
    resources: new SharedMeter('wildrydes.resources', loadResources, resourcesMillis, {
      heard: (found) => {
        keepStores(found);
        resources.value = found;
        waits.note(graph.value.nodes, performance.now());
        failure.value = '';
        isLoaded.value = true;
      },
      failed: (problem) => (failure.value = problem),
    }),
    pulse: new SharedMeter('wildrydes.pulse', getPulse, pulseMillis, {
      heard: (next) => {
        take(next);
        beat.value++;
      },
      // The resources' meter says what is wrong; the counters only stand still.
      failed: () => beat.value++,
    }),
  };
}

/** Follows the account while someone looks; the returned function ends it. */
export function follow(): () => void {
  if (users++ === 0) meters = startMeters();
  return () => {
    if (--users > 0) return;
    meters?.resources.stop();
    meters?.pulse.stop();
    meters = null;
  };
}
