// A stream's shards: their share of the keys, how much each is used, and how many there are to be.
import { useSignal } from '@preact/signals';
import { aws } from '../../../api/aws';
import { feed } from '../../../app/state';
import { formatBytes } from '../../../ui/format';
import type { StreamResource } from '../resources';
import { metricsOf, type MetricWanted } from './cloudwatch';
import { ActionButton, useAsked } from './frame';

interface Shard {
  ShardId: string;
  ParentShardId?: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

interface Usage {
  recordsPerSecond: number;
  bytesPerSecond: number;
  throttled: number;
  behindSeconds: number;
}

const wholeRange = 2n ** 128n;
/** Five metrics of each fit into one request of 500. */
const measuredMax = 100;
const measured: [string, MetricWanted['statistic']][] = [
  ['IncomingRecords', 'Sum'],
  ['IncomingBytes', 'Sum'],
  ['WriteProvisionedThroughputExceeded', 'Sum'],
  ['IteratorAgeMilliseconds', 'Maximum'],
];

/** The share of the hash keys in a shard, in per cent. */
export function sharePercent(first: string, last: string): number {
  return Number(((BigInt(last) - BigInt(first) + 1n) * 10_000n) / wholeRange) / 100;
}

const isOpen = (shard: Shard) => !shard.SequenceNumberRange.EndingSequenceNumber;

/** The last whole minute of each open shard, when its metrics are switched on. */
async function usageOf(stream: string, shards: Shard[]): Promise<Map<string, Usage>> {
  const open = shards.filter(isOpen).slice(0, measuredMax);
  const wanted = open.flatMap(({ ShardId }) =>
    measured.map(([name, statistic]) => ({ name, statistic, stream, shard: ShardId })),
  );
  const series = await metricsOf(wanted, 2, feed.serverNow());
  const last = (i: number) => series[i]?.findLast((value) => !Number.isNaN(value)) ?? NaN;
  const usage = new Map<string, Usage>();
  open.forEach(({ ShardId }, i) => {
    const at = i * measured.length;
    if (Number.isNaN(last(at))) return;
    usage.set(ShardId, {
      recordsPerSecond: last(at) / 60,
      bytesPerSecond: last(at + 1) / 60,
      throttled: last(at + 2) || 0,
      behindSeconds: last(at + 3) / 1000,
    });
  });
  return usage;
}

interface Found {
  shards: Shard[];
  usage: Map<string, Usage>;
}

async function read(stream: string, isMeasured: boolean): Promise<Found> {
  const { Shards } = await aws<{ Shards: Shard[] }>('kinesis', 'ListShards', {
    StreamName: stream,
  });
  return { shards: Shards, usage: isMeasured ? await usageOf(stream, Shards) : new Map() };
}

function Row({
  shard,
  usage,
  isMeasured,
}: {
  shard: Shard;
  usage?: Usage | undefined;
  isMeasured: boolean;
}) {
  const { StartingHashKey, EndingHashKey } = shard.HashKeyRange;
  const share = sharePercent(StartingHashKey, EndingHashKey);
  const number = (value: number, text: (value: number) => string) =>
    Number.isFinite(value) ? text(value) : '–';
  return (
    <tr>
      <td>
        <code>{shard.ShardId}</code>
      </td>
      <td title={`hash keys ${StartingHashKey} to ${EndingHashKey}`}>
        <span class="meter" style={{ '--part': `${share}%` }} /> {share} %
      </td>
      <td>{isOpen(shard) ? 'open' : 'closed'}</td>
      {isMeasured && (
        <>
          <td class="right">
            {usage ? number(usage.recordsPerSecond, (v) => `${v.toFixed(1)}/s`) : '–'}
          </td>
          <td class="right">
            {usage ? number(usage.bytesPerSecond, (v) => `${formatBytes(Math.round(v))}/s`) : '–'}
          </td>
          <td class={`right ${usage && usage.throttled > 0 ? 'bad' : ''}`}>
            {usage?.throttled ?? '–'}
          </td>
          <td class="right">
            {usage ? number(usage.behindSeconds, (v) => `${v.toFixed(1)} s`) : '–'}
          </td>
        </>
      )}
      <td>
        <code>{shard.SequenceNumberRange.StartingSequenceNumber}</code>
      </td>
    </tr>
  );
}

/** More or fewer shards, as UpdateShardCount allows: at most twice, at least half as many. */
function Reshard({ stream }: { stream: StreamResource }) {
  const wanted = useSignal(stream.shards);
  return (
    <div class="bar-row">
      <label>
        Open shards{' '}
        <input
          type="number"
          min={Math.ceil(stream.shards / 2)}
          max={stream.shards * 2}
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.valueAsNumber)}
        />
      </label>
      <ActionButton
        label="Change their number"
        work={() =>
          aws('kinesis', 'UpdateShardCount', {
            StreamName: stream.name,
            TargetShardCount: wanted.value,
            ScalingType: 'UNIFORM_SCALING',
          })
        }
      />
      <span class="nav-space" />
      <ActionButton
        label={stream.shardMetrics ? 'Stop measuring each shard' : 'Measure each shard'}
        work={() =>
          aws(
            'kinesis',
            stream.shardMetrics ? 'DisableEnhancedMonitoring' : 'EnableEnhancedMonitoring',
            { StreamName: stream.name, ShardLevelMetrics: ['ALL'] },
          )
        }
      />
    </div>
  );
}

export function Shards({ stream }: { stream: StreamResource }) {
  const isMeasured = stream.shardMetrics;
  const { answer, error } = useAsked(
    () => read(stream.name, isMeasured),
    5_000,
    `${stream.name} ${isMeasured}`,
  );
  return (
    <>
      <Reshard key={stream.shards} stream={stream} />
      {error.value !== '' && <p class="notice">{error.value}</p>}
      {isMeasured && answer.value?.usage.size === 0 && (
        <p class="muted">The first numbers come when a whole minute has been measured.</p>
      )}
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Shards">
        <table class="plain">
          <thead>
            <tr>
              <th>Shard</th>
              <th>Share of the keys</th>
              <th>State</th>
              {isMeasured && (
                <>
                  <th class="right">Records</th>
                  <th class="right">Bytes</th>
                  <th class="right">Throttled</th>
                  <th class="right">Behind</th>
                </>
              )}
              <th>Begins at sequence number</th>
            </tr>
          </thead>
          <tbody>
            {(answer.value?.shards ?? []).map((shard) => (
              <Row
                key={shard.ShardId}
                shard={shard}
                usage={answer.value?.usage.get(shard.ShardId)}
                isMeasured={isMeasured}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
