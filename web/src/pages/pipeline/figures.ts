// The one number that each node shows, and the word for its kind.
import { feed } from '../../app/state';
import { formatBytes, formatCount } from '../../ui/format';
import type { GraphEdge, GraphNode, Health, Kind } from './graph';
import { growthPerMinute } from './history';
import { formatRate, secondsLeft, windowSeconds, type Rate } from './rates';
import {
  beat,
  historyOf,
  pulse,
  rateOfStream,
  refusedByStream,
  resources,
  waitedSeconds,
} from './state';

export const kindWords: Record<Kind, string> = {
  producers: 'Producers',
  stream: 'Stream',
  application: 'SQL application',
  function: 'Function',
  table: 'Table',
  delivery: 'Delivery',
  bucket: 'Bucket',
  archive: 'Archive table',
  viewers: 'Guests',
};

const behindMillisMax = 10_000;
/** As the alert on a consumer's lag has it. */
const triggerBehindMillisMax = 60_000;

/** Seconds until the open window of a running application closes; null without windows. */
export function windowCountdown(name: string): number | null {
  beat.value;
  const app = resources.value.applications.find((it) => it.name === name);
  if (!app || app.status !== 'RUNNING') return null;
  const length = windowSeconds(app.code);
  return length === 0 ? null : secondsLeft(length, feed.serverNow());
}

/** How long an application is behind its source, when that is worth a word. */
export function lagOf(name: string): number | null {
  const it = pulse.value.applications.find((app) => app.name === name);
  return it && it.behindMillis > behindMillisMax ? it.behindMillis : null;
}

/** How old the oldest record is that waits for a function; null when it has no trigger. */
export function triggerLag(name: string): number | null {
  const own = pulse.value.triggers.filter((it) => it.function === name);
  return own.length === 0 ? null : Math.max(...own.map((it) => it.behindMillis));
}

/** Until a delivery writes what waits in its buffer; null when nothing does. */
export function secondsToWrite(name: string): number | null {
  beat.value;
  const fill = pulse.value.deliveries.find((it) => it.name === name);
  const delivery = resources.value.deliveries.find((it) => it.name === name);
  if (!fill || !delivery || fill.bufferedBytes === 0) return null;
  return Math.max(0, Math.ceil(delivery.intervalSeconds - fill.bufferedMillis / 1000));
}

/** What a store is more than a minute ago; of what comes by several ways nobody knows the parts. */
function growthOf(edge: GraphEdge, edges: GraphEdge[]): Rate | null {
  const figure = { table: 'items', bucket: 'objects' }[edge.to.split(':')[0]!];
  if (!figure || edges.filter((it) => it.to === edge.to).length > 1) return null;
  const growth = growthPerMinute(historyOf(edge.to, figure)) ?? 0;
  if (growth <= 0) return null;
  const perSecond = growth / 60;
  // Between two nodes is room for seven letters.
  const text = perSecond >= 1 ? `+${formatRate(perSecond)}/s` : `+${Math.round(growth)}/min`;
  return { perSecond, text };
}

/** What flows on an edge: records of its stream, or how its store grows. */
export function rateOfEdge(edge: GraphEdge, edges: GraphEdge[]): Rate | null {
  if (edge.ghost) return null;
  return edge.stream ? rateOfStream(edge.stream) : growthOf(edge, edges);
}

/** What moves may say more than the state does: who falls behind or fails is red. */
export function healthNow(node: GraphNode): Health {
  if (node.command || node.health === 'bad') return node.health;
  const { triggers, deliveries } = pulse.value;
  switch (node.kind) {
    case 'stream':
      return refusedByStream(node.name) > 0 ? 'bad' : node.health;
    case 'application':
      return lagOf(node.name) === null ? node.health : 'bad';
    case 'function': {
      const isFailing = triggers.some((it) => it.function === node.name && it.failing);
      return isFailing || (triggerLag(node.name) ?? 0) > triggerBehindMillisMax
        ? 'bad'
        : node.health;
    }
    case 'delivery':
      return deliveries.some((it) => it.name === node.name && it.failures > 0)
        ? 'bad'
        : node.health;
    default:
      return node.health;
  }
}

function countOf(count: number, more: string, word: string): string {
  return `${formatCount(count)}${more} ${word}${count === 1 ? '' : 's'}`;
}

export function figureOf(node: GraphNode): string {
  if (node.command) return 'missing';
  const waited = waitedSeconds(node.id);
  if (waited !== null) return `${node.state} for ${waited} s`;
  const found = resources.value;
  switch (node.kind) {
    case 'producers':
      return rateOfStream(node.name)?.text ?? '…';
    case 'stream': {
      const refused = refusedByStream(node.name);
      if (refused > 0) return `${formatRate(refused)}/s refused`;
      return rateOfStream(node.name)?.text ?? '…';
    }
    case 'application': {
      const lag = lagOf(node.name);
      if (lag !== null) return `${Math.round(lag / 1000)} s behind`;
      const left = windowCountdown(node.name);
      return left === null ? node.state : `window closes in ${left} s`;
    }
    case 'function': {
      const mapping = found.mappings.find((it) => it.functionArn.endsWith(`:${node.name}`));
      if (!mapping) return node.state;
      if (
        node.health === 'bad' ||
        pulse.value.triggers.some((it) => it.function === node.name && it.failing)
      )
        return 'failing';
      if (mapping.state !== 'Enabled') return `trigger ${mapping.state}`;
      const lag = triggerLag(node.name);
      return lag === null ? 'on trigger' : `${(lag / 1000).toFixed(1)} s behind`;
    }
    case 'table': {
      const table = found.tables.find((it) => it.name === node.name);
      return table ? countOf(table.items, '', 'item') : '';
    }
    case 'delivery': {
      const fill = pulse.value.deliveries.find((it) => it.name === node.name);
      if (!fill) return node.state;
      if (fill.failures > 0) return `${formatCount(fill.failures)} tries failed`;
      const left = secondsToWrite(node.name);
      if (left === null) return 'buffer empty';
      return `${formatBytes(fill.bufferedBytes)}, writes in ${left} s`;
    }
    case 'bucket': {
      const bucket = found.buckets.find((it) => it.name === node.name);
      if (!bucket) return '';
      return countOf(bucket.objects, bucket.hasMore ? '+' : '', 'object');
    }
    case 'archive':
      return 'ask with SQL';
    case 'viewers':
      return 'read the map';
  }
}
