// Who has a fan-out of a stream of its own: its consumers, with their state and ARN.
import { aws } from '../../../api/aws';
import { feed } from '../../../app/state';
import { formatAge } from '../../../ui/format';
import { healthOf } from '../graph';
import type { StreamResource } from '../resources';
import { NotYet, useAsked } from './frame';

interface Consumer {
  ConsumerName: string;
  ConsumerARN: string;
  ConsumerStatus: string;
  ConsumerCreationTimestamp?: number;
}

const askMillis = 5_000;
const pagesMax = 10;

async function consumersOf(streamArn: string): Promise<Consumer[]> {
  const consumers: Consumer[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page: { Consumers: Consumer[]; NextToken?: string } = await aws(
      'kinesis',
      'ListStreamConsumers',
      { StreamARN: streamArn, MaxResults: 100, ...(token ? { NextToken: token } : {}) },
    );
    consumers.push(...page.Consumers);
    token = page.NextToken;
    if (!token) break;
  }
  return consumers;
}

export function Consumers({ stream }: { stream: StreamResource }) {
  const { answer, error } = useAsked(() => consumersOf(stream.arn), askMillis, stream.arn);
  const list = answer.value ?? [];
  return (
    <section class="schema" aria-label="Fan-out consumers">
      <h3>
        Fan-out consumers{' '}
        <span class="muted">each is sent its own 2 MB/s of each shard, at once</span>
      </h3>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      {answer.value && list.length === 0 && (
        <NotYet
          words="Nobody has registered one. This does:"
          command={
            `aws kinesis register-stream-consumer --stream-arn ${stream.arn} ` +
            '--consumer-name reader'
          }
        />
      )}
      {list.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Consumers">
          <table class="plain">
            <thead>
              <tr>
                <th>Consumer</th>
                <th>State</th>
                <th>ARN</th>
                <th>Registered</th>
              </tr>
            </thead>
            <tbody>
              {list.map((it) => (
                <tr key={it.ConsumerARN}>
                  <td>{it.ConsumerName}</td>
                  <td>
                    <span class={`pill health-${healthOf(it.ConsumerStatus)}`}>
                      {it.ConsumerStatus}
                    </span>
                  </td>
                  <td>
                    <code>{it.ConsumerARN}</code>
                  </td>
                  <td class="muted">
                    {it.ConsumerCreationTimestamp === undefined
                      ? ''
                      : `${formatAge(feed.serverNow() - it.ConsumerCreationTimestamp * 1000)} ago`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
