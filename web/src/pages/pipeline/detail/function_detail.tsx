// A function: its invocations and their lines, a test event, its trigger.
import { useSignal } from '@preact/signals';
import { aws, lambda, send } from '../../../api/aws';
import { feed } from '../../../app/state';
import { formatBytes, formatCount } from '../../../ui/format';
import { LineChart } from '../../../ui/line_chart';
import { triggerLag } from '../figures';
import { isFailing } from '../graph';
import { nameOfArn, type FunctionResource, type MappingResource } from '../resources';
import { resources } from '../state';
import { FunctionCode } from './function_code';
import { binned, invocationsOf, summaryOf, type Invocation, type LogEvent } from './invocations';
import { ActionButton, Commands, DetailFrame, Facts, useAsked } from './frame';

const lookBackMillis = 3 * 60_000;
const eventsMax = 2_000;
const linesShown = 300;

/** The newest events of the last minutes, in order of time. */
async function recentEvents(name: string): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: LogEvent[]; nextToken?: string } = await aws('logs', 'FilterLogEvents', {
      logGroupName: `/aws/lambda/${name}`,
      startTime: feed.serverNow() - lookBackMillis,
      limit: 10_000,
      ...(nextToken ? { nextToken } : {}),
    });
    events.push(...page.events);
    nextToken = page.nextToken;
  } while (nextToken);
  return events.slice(-eventsMax);
}

function InvocationRow({ it }: { it: Invocation }) {
  return (
    <details class={`invocation ${it.failed ? 'failed' : ''}`}>
      <summary>
        <span>{new Date(it.millis).toLocaleTimeString('en-GB')}</span>
        <span class="right">{it.durationMillis.toFixed(1)} ms</span>
        <span class="right">{it.memoryMib > 0 ? `${it.memoryMib} MB` : ''}</span>
        <span>{it.failed ? 'failed' : 'ok'}</span>
        <code>{it.requestId}</code>
      </summary>
      <pre tabIndex={0}>{it.lines.join('\n') || 'It wrote no line.'}</pre>
    </details>
  );
}

/** The iterator's age: how long the oldest record has been waiting. */
function Lag({ name }: { name: string }) {
  const lag = triggerLag(name);
  return <>{lag === null ? 'no trigger' : `${(lag / 1000).toFixed(1)} s`}</>;
}

const binMillis = 10_000;
const bins = lookBackMillis / binMillis;

function InvocationCharts({ list }: { list: Invocation[] }) {
  const { counts, longest } = binned(list, feed.serverNow(), binMillis, bins);
  const seconds = lookBackMillis / 1000;
  return (
    <div class="charts">
      <LineChart
        label="Invocations in ten seconds"
        values={counts}
        seconds={seconds}
        format={String}
      />
      <LineChart
        label="Longest of them"
        values={longest}
        seconds={seconds}
        format={(value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`}
      />
    </div>
  );
}

function Invocations({ fn }: { fn: FunctionResource }) {
  const { answer, error } = useAsked(() => recentEvents(fn.name), 3_000, fn.name);
  if (error.value !== '' && !error.value.startsWith('ResourceNotFound'))
    return <p class="notice">{error.value}</p>;
  const all = invocationsOf(answer.value ?? []);
  const sums = summaryOf(all);
  if (all.length === 0)
    return (
      <p class="muted">
        {answer.value || error.value !== ''
          ? 'Not invoked within the last three minutes. It is when records come to its trigger, or by a test event.'
          : 'Reading the log…'}
      </p>
    );
  return (
    <>
      <Facts
        facts={[
          ['Invocations', `${formatCount(all.length)} within three minutes`],
          ['Duration, median', `${sums.medianMillis.toFixed(1)} ms`],
          ['Duration, 95th percentile', `${sums.p95Millis.toFixed(1)} ms`],
          ['Failed', formatCount(sums.failed)],
          ['Behind its stream', <Lag name={fn.name} />],
        ]}
      />
      <InvocationCharts list={all} />
      <div class="invocations">
        {all
          .slice(-50)
          .reverse()
          .map((it) => (
            <InvocationRow key={it.requestId} it={it} />
          ))}
      </div>
    </>
  );
}

function Logs({ fn }: { fn: FunctionResource }) {
  const filter = useSignal('');
  const { answer, error } = useAsked(() => recentEvents(fn.name), 2_000, fn.name);
  const wanted = filter.value.toLowerCase();
  const lines = (answer.value ?? []).filter((it) => it.message.toLowerCase().includes(wanted));
  return (
    <>
      <div class="bar-row">
        <input
          class="grow"
          type="search"
          aria-label="Filter lines"
          placeholder="Filter the lines of the last three minutes"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
      </div>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <pre class="log" tabIndex={0}>
        {lines
          .slice(-linesShown)
          .reverse()
          .map(
            (it) =>
              `${new Date(it.timestamp).toLocaleTimeString('en-GB')}  ${it.message.trimEnd()}\n`,
          )}
      </pre>
    </>
  );
}

const exampleEvent = JSON.stringify(
  {
    Records: [
      {
        eventSource: 'aws:kinesis',
        kinesis: {
          partitionKey: 'Shadowfax',
          sequenceNumber: '1',
          data: btoa('{"Name":"Shadowfax","HealthPoints":42}'),
        },
      },
    ],
  },
  null,
  2,
);

function TestEvent({ fn }: { fn: FunctionResource }) {
  const event = useSignal(exampleEvent);
  const result = useSignal<{ text: string; log: string; failed: boolean } | null>(null);
  const invoke = async () => {
    JSON.parse(event.value);
    const answer = await send(`/lambda/2015-03-31/functions/${fn.name}/invocations`, {
      method: 'POST',
      headers: { 'x-amz-log-type': 'Tail', 'content-type': 'application/json' },
      body: event.value,
      signal: AbortSignal.timeout((fn.timeoutSeconds + 10) * 1000),
    });
    const tail = answer.headers.get('x-amz-log-result');
    result.value = {
      text: await answer.text(),
      log: tail ? atob(tail) : '',
      failed: answer.headers.get('x-amz-function-error') !== null,
    };
  };
  return (
    <div class="test-event">
      <textarea
        aria-label="Test event"
        spellcheck={false}
        rows={10}
        value={event.value}
        onInput={(change) => (event.value = change.currentTarget.value)}
      />
      <div class="bar-row">
        <ActionButton primary label="Invoke" work={invoke} />
      </div>
      {result.value && (
        <section aria-label="Result" class={result.value.failed ? 'answer-error' : 'result'}>
          <b>{result.value.failed ? 'The function failed' : 'The function answered'}</b>
          <pre tabIndex={0}>{result.value.text}</pre>
          <pre class="muted" tabIndex={0}>
            {result.value.log}
          </pre>
        </section>
      )}
    </div>
  );
}

function Triggers({ mappings }: { mappings: MappingResource[] }) {
  if (mappings.length === 0) return <p class="muted">Nothing triggers it.</p>;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th>Trigger</th>
          <th>Batch</th>
          <th>State</th>
          <th>Last result</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {mappings.map((it) => (
          <tr key={it.id}>
            <td>stream {nameOfArn(it.sourceArn)}</td>
            <td>{it.batchSize}</td>
            <td>{it.state}</td>
            <td class={isFailing(it.lastResult) ? 'bad' : ''}>{it.lastResult}</td>
            <td>
              <ActionButton
                label={it.state === 'Enabled' ? 'Disable' : 'Enable'}
                work={() =>
                  lambda('PUT', `/2015-03-31/event-source-mappings/${it.id}`, {
                    Enabled: it.state !== 'Enabled',
                  })
                }
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function FunctionDetail({ name }: { name: string }) {
  const fn = resources.value.functions.find((it) => it.name === name);
  if (!fn) return null;
  const mappings = resources.value.mappings.filter((it) => nameOfArn(it.functionArn) === name);
  return (
    <DetailFrame
      kind="function"
      name={name}
      arn={fn.arn}
      state={fn.state}
      tabs={[
        { id: 'live', label: 'Invocations', body: () => <Invocations fn={fn} /> },
        { id: 'logs', label: 'Log', body: () => <Logs fn={fn} /> },
        { id: 'code', label: 'Code', body: () => <FunctionCode fn={fn} /> },
        { id: 'test', label: 'Test event', body: () => <TestEvent fn={fn} /> },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <>
              <Triggers mappings={mappings} />
              <Facts
                facts={[
                  ['Runtime', fn.runtime],
                  ['Handler', fn.handler],
                  ['Role', fn.role],
                  ['Timeout', `${fn.timeoutSeconds} s`],
                  ['Memory', `${fn.memoryMib} MB`],
                  ['Code', formatBytes(fn.codeBytes)],
                  ['Changed', fn.modified],
                  ...Object.entries(fn.environment).map(([key, value]): [string, string] => [
                    `$${key}`,
                    value,
                  ]),
                ]}
              />
            </>
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['Its log as it comes', `aws logs tail --follow /aws/lambda/${name}`],
                [
                  'Invoke it',
                  `aws lambda invoke --function-name ${name} ` +
                    `--cli-binary-format raw-in-base64-out --payload '{"Records":[]}' /dev/stdout`,
                ],
                [
                  'New code; the function runs it when the wait is over',
                  `aws lambda update-function-code --function-name ${name} --zip-file fileb://code.zip`,
                ],
                ['Wait', `aws lambda wait function-updated --function-name ${name}`],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
