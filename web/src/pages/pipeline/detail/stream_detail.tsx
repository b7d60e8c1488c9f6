// A stream: its tail, its rate, its shards, its commands.
import { aws } from '../../../api/aws';
import { LineChart } from '../../../ui/line_chart';
import { nameOfArn, serviceOfArn } from '../resources';
import { rateOver } from '../rates';
import { resources, samplesOf } from '../state';
import { Commands, DetailFrame, Facts, useAsked } from './frame';
import { TailView } from './tail_view';

interface Shard {
  ShardId: string;
  ParentShardId?: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

const wholeRange = 2n ** 128n;

/** The share of the hash keys in a shard, in per cent. */
export function sharePercent(first: string, last: string): number {
  return Number(((BigInt(last) - BigInt(first) + 1n) * 10_000n) / wholeRange) / 100;
}

function Shards({ stream }: { stream: string }) {
  const { answer, error } = useAsked(
    () => aws<{ Shards: Shard[] }>('kinesis', 'ListShards', { StreamName: stream }),
    5_000,
    stream,
  );
  if (error.value !== '') return <p class="notice">{error.value}</p>;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th>Shard</th>
          <th>Share of the keys</th>
          <th>State</th>
          <th>Begins at sequence number</th>
        </tr>
      </thead>
      <tbody>
        {(answer.value?.Shards ?? []).map((shard) => {
          const share = sharePercent(
            shard.HashKeyRange.StartingHashKey,
            shard.HashKeyRange.EndingHashKey,
          );
          const isOpen = !shard.SequenceNumberRange.EndingSequenceNumber;
          return (
            <tr key={shard.ShardId}>
              <td>
                <code>{shard.ShardId}</code>
              </td>
              <td>
                <span class="meter" style={{ '--part': `${share}%` }} /> {share} %
              </td>
              <td>{isOpen ? 'open' : 'closed'}</td>
              <td>
                <code>{shard.SequenceNumberRange.StartingSequenceNumber}</code>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function RateChart({ stream }: { stream: string }) {
  const samples = samplesOf(stream);
  const values = samples.map((_, i) => rateOver(samples.slice(0, i + 1), 5_000) ?? NaN);
  const seconds = Math.round(((samples.at(-1)?.millis ?? 0) - (samples[0]?.millis ?? 0)) / 1000);
  return (
    <LineChart
      label="Records per second"
      values={values}
      seconds={seconds}
      format={(value) => (value >= 10 ? Math.round(value).toLocaleString('en') : value.toFixed(1))}
    />
  );
}

function consumersOf(arn: string): string {
  const found = resources.value;
  const names = [
    ...found.applications
      .filter((app) => app.inputs.some((input) => input.sourceArn === arn))
      .map((app) => `application ${app.name}`),
    ...found.mappings
      .filter((mapping) => mapping.sourceArn === arn && serviceOfArn(arn) === 'kinesis')
      .map((mapping) => `function ${nameOfArn(mapping.functionArn)}`),
    ...found.deliveries
      .filter((delivery) => delivery.sourceArn === arn)
      .map((delivery) => `delivery ${delivery.name}`),
  ];
  return names.join(', ') || 'nobody yet';
}

export function StreamDetail({ name }: { name: string }) {
  const stream = resources.value.streams.find((it) => it.name === name);
  if (!stream) return null;
  return (
    <DetailFrame
      kind="stream"
      name={name}
      arn={stream.arn}
      state={stream.status}
      tabs={[
        { id: 'live', label: 'Live data', body: () => <TailView stream={name} /> },
        { id: 'metrics', label: 'Metrics', body: () => <RateChart stream={name} /> },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <>
              <Facts
                facts={[
                  ['Open shards', stream.shards],
                  ['Retention', `${stream.retentionHours} h`],
                  ['Read by', consumersOf(stream.arn)],
                ]}
              />
              <Shards stream={name} />
            </>
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['What it is', `aws kinesis describe-stream-summary --stream-name ${name}`],
                ['Its tail', `./build/release/wildrydes stream tail ${name}`],
                [
                  'Put a record',
                  `aws kinesis put-record --stream-name ${name} --partition-key Shadowfax ` +
                    `--cli-binary-format raw-in-base64-out --data '{"Name":"Shadowfax"}'`,
                ],
                [
                  'Twice the shards',
                  `aws kinesis update-shard-count --stream-name ${name} ` +
                    `--target-shard-count ${stream.shards * 2} --scaling-type UNIFORM_SCALING`,
                ],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
