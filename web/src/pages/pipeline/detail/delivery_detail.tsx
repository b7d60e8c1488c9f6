// A delivery stream: how full its buffer is, when it writes, what it wrote last.
import { Link } from '../../../app/link';
import { feed } from '../../../app/state';
import { formatAge, formatBytes } from '../../../ui/format';
import { nodeId } from '../graph';
import { nameOfArn, type DeliveryResource } from '../resources';
import { beat, pulse, resources } from '../state';
import { Commands, DetailFrame, Facts, NotYet, useAsked } from './frame';
import { asBytes, asNumber, asSeconds, KeptCharts } from './kept_charts';
import { objectsOf, recentPrefixes, type Written } from './written';
import { WrittenCharts } from './written_charts';

function Bar({ label, part, words }: { label: string; part: number; words: string }) {
  return (
    <div class="fill">
      <span>{label}</span>
      <span class="meter wide" style={{ '--part': `${Math.min(100, part * 100)}%` }} />
      <b>{words}</b>
    </div>
  );
}

/** The newest objects: keys of a delivery sort by time, so the last page holds them. */
async function lastWritten(delivery: DeliveryResource): Promise<Written[]> {
  const { list } = await objectsOf(delivery.bucket);
  return list.sort((a, b) => b.millis - a.millis).slice(0, 20);
}

function Buffer({ delivery }: { delivery: DeliveryResource }) {
  beat.value;
  const fill = pulse.value.deliveries.find((it) => it.name === delivery.name);
  const bytes = fill?.bufferedBytes ?? 0;
  const seconds = Math.floor((fill?.bufferedMillis ?? 0) / 1000);
  const left = Math.max(0, delivery.intervalSeconds - seconds);
  return (
    <section class="fills" aria-label="Buffer">
      <Bar
        label="Size"
        part={bytes / (delivery.sizeMib * 1024 * 1024)}
        words={`${formatBytes(bytes)} of ${delivery.sizeMib} MB`}
      />
      <Bar
        label="Time"
        part={seconds / delivery.intervalSeconds}
        words={`${seconds} s of ${delivery.intervalSeconds} s`}
      />
      <p role="timer">
        {bytes === 0
          ? 'The buffer is empty; the clock starts with the next record.'
          : `Writes an object in ${left} s, or when the buffer is full.`}
      </p>
    </section>
  );
}

function Last({ delivery }: { delivery: DeliveryResource }) {
  const { answer, error } = useAsked(() => lastWritten(delivery), 5_000, delivery.name);
  if (error.value !== '') return <p class="notice">{error.value}</p>;
  const list = answer.value ?? [];
  if (answer.value && list.length === 0)
    return (
      <NotYet
        words="Nothing has been written yet. The first object comes when the buffer above is full. A record into it:"
        command={
          delivery.sourceArn === ''
            ? `aws firehose put-record --delivery-stream-name ${delivery.name} ` +
              `--cli-binary-format raw-in-base64-out --record '{"Data":"{\\"Name\\":\\"Shadowfax\\"}\\n"}'`
            : `aws kinesis put-record --stream-name ${nameOfArn(delivery.sourceArn)} ` +
              '--partition-key Shadowfax --cli-binary-format raw-in-base64-out ' +
              `--data '{"Name":"Shadowfax"}'`
        }
      />
    );
  return (
    <table class="plain">
      <thead>
        <tr>
          <th>Written last</th>
          <th>Size</th>
          <th>Age</th>
        </tr>
      </thead>
      <tbody>
        {list.map((it) => (
          <tr key={it.key}>
            <td>
              <Link
                target="pipeline"
                parameters={{ node: `bucket:${delivery.bucket}`, tab: 'objects', key: it.key }}
              >
                {it.key}
              </Link>
            </td>
            <td>{formatBytes(it.bytes)}</td>
            <td>{formatAge(feed.serverNow() - it.millis)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Metrics({ delivery }: { delivery: DeliveryResource }) {
  return (
    <>
      <KeptCharts
        node={nodeId('delivery', delivery.name)}
        charts={[
          { figure: 'bytes', label: 'Waits in the buffer', format: asBytes },
          { figure: 'age', label: 'The oldest of it waits', format: asSeconds },
          { figure: 'failures', label: 'Tries failed, of this batch', format: asNumber },
        ]}
      />
      <WrittenCharts
        bucket={delivery.bucket}
        prefixes={recentPrefixes(delivery.prefix, feed.serverNow())}
      />
    </>
  );
}

export function DeliveryDetail({ name }: { name: string }) {
  const delivery = resources.value.deliveries.find((it) => it.name === name);
  if (!delivery) return null;
  return (
    <DetailFrame
      kind="delivery"
      name={name}
      arn={delivery.arn}
      state={delivery.status}
      tabs={[
        {
          id: 'live',
          label: 'Live data',
          body: () => (
            <>
              <Buffer delivery={delivery} />
              <Last delivery={delivery} />
            </>
          ),
        },
        { id: 'metrics', label: 'Metrics', body: () => <Metrics delivery={delivery} /> },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <Facts
              facts={[
                [
                  'Source',
                  delivery.sourceArn === '' ? 'direct put' : nameOfArn(delivery.sourceArn),
                ],
                ['Bucket', delivery.bucket],
                ['Prefix', delivery.prefix === '' ? 'YYYY/MM/DD/HH/ (UTC)' : delivery.prefix],
                ['Compression', delivery.compression],
                ['Buffer', `${delivery.sizeMib} MB or ${delivery.intervalSeconds} s`],
              ]}
            />
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                [
                  'What it is',
                  `aws firehose describe-delivery-stream --delivery-stream-name ${name}`,
                ],
                ['What it wrote', `aws s3 ls --recursive s3://${delivery.bucket}/`],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
