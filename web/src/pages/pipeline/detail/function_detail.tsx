// A function: its invocations and their lines, a test event, its trigger.
import { useSignal } from '@preact/signals';
import { lambda, send } from '../../../api/aws';
import { feed } from '../../../app/state';
import { formatBytes } from '../../../ui/format';
import { isFailing } from '../graph';
import { nameOfArn, type FunctionResource, type MappingResource } from '../resources';
import { resources } from '../state';
import { FunctionCode } from './function_code';
import { ActionButton, Commands, DetailFrame, Facts, useAsked } from './frame';
import { FunctionMetrics, Invocations } from './function_invocations';
import { logEvents } from './invocation_log';

const lookBackMillis = 3 * 60_000;
const linesShown = 300;

function Logs({ fn }: { fn: FunctionResource }) {
  const filter = useSignal('');
  const { answer, error } = useAsked(
    () => logEvents(fn.name, { startTime: feed.serverNow() - lookBackMillis }),
    2_000,
    fn.name,
  );
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
    const text = await answer.text();
    result.value = {
      text,
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
        { id: 'live', label: 'Live data', body: () => <Invocations fn={fn} /> },
        { id: 'logs', label: 'Log', body: () => <Logs fn={fn} /> },
        { id: 'code', label: 'Code', body: () => <FunctionCode fn={fn} /> },
        { id: 'test', label: 'Test event', body: () => <TestEvent fn={fn} /> },
        { id: 'metrics', label: 'Metrics', body: () => <FunctionMetrics fn={fn} /> },
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
