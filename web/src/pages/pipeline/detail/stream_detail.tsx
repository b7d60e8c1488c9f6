// A stream: its tail, its metrics, its shards, its commands.
import { windowCountdown } from '../figures';
import { nameOfArn, serviceOfArn } from '../resources';
import { resources } from '../state';
import { Consumers } from './consumers';
import { Commands, DetailFrame, Facts, NotYet } from './frame';
import { Shards } from './shards';
import { StreamMetrics } from './stream_metrics';
import { TailView } from './tail_view';
import { program } from '../../../ui/program';

/** Who writes a stream, and when: an application's rows come when its window closes. */
function Silent({ arn, name }: { arn: string; name: string }) {
  const writer = resources.value.applications.find((app) =>
    app.outputs.some((output) => output.targetArn === arn),
  );
  const left = writer ? windowCountdown(writer.name) : null;
  return (
    <NotYet
      words={
        <>
          Nothing has come since you opened this. It shows here as it comes
          {left !== null && (
            <>
              : {writer!.name} writes its rows when its window closes, in <b>{left} s</b>
            </>
          )}
          . One record by hand:
        </>
      }
      command={
        `aws kinesis put-record --stream-name ${name} --partition-key Shadowfax ` +
        `--cli-binary-format raw-in-base64-out --data '{"Name":"Shadowfax"}'`
      }
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
        {
          id: 'live',
          label: 'Live data',
          body: () => <TailView stream={name} empty={<Silent arn={stream.arn} name={name} />} />,
        },
        { id: 'metrics', label: 'Metrics', body: () => <StreamMetrics stream={name} /> },
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
              <Shards stream={stream} />
              <Consumers stream={stream} />
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
                ['Its tail', `${program()} stream tail ${name}`],
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
