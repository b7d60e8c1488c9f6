// The last invocations of a function: each with its event, its result and its lines; and the hour.
import { useSignal } from '@preact/signals';
import { Link } from '../../../app/link';
import { feed } from '../../../app/state';
import { formatAge, formatCount } from '../../../ui/format';
import { LineChart } from '../../../ui/line_chart';
import { triggerLag } from '../figures';
import { nodeId } from '../graph';
import { nameOfArn, type FunctionResource } from '../resources';
import { historyOf, resources } from '../state';
import { Facts, NotYet, useAsked } from './frame';
import { hourMillis, invocationLogOf, shownMax, toldOf } from './invocation_log';
import { byMinute, summaryOf, type Invocation } from './invocations';
import { asMillis, asNumber, asSeconds, PointsChart } from './kept_charts';

const askMillis = 3_000;
const minutes = 60;

function prettyText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What it reads, for those whose event is not kept. */
function TriggerLinks({ fn }: { fn: FunctionResource }) {
  const triggers = resources.value.mappings.filter((it) => nameOfArn(it.functionArn) === fn.name);
  return triggers.map((it) => (
    <span key={it.id}>
      {' '}
      Its trigger hands over records of{' '}
      <Link
        target="pipeline"
        parameters={{ node: nodeId('stream', nameOfArn(it.sourceArn)), tab: 'live' }}
      >
        {nameOfArn(it.sourceArn)}
      </Link>
      .
    </span>
  ));
}

function Told({ fn, it }: { fn: FunctionResource; it: Invocation }) {
  const { answer, error } = useAsked(() => toldOf(fn.name, it), 0, it.requestId);
  if (error.value !== '') return <p class="notice">{error.value}</p>;
  if (!answer.value) return <p class="muted">Reading its lines…</p>;
  const { lines, talk } = answer.value;
  return (
    <div class="told">
      {talk ? (
        <>
          <h4>Event</h4>
          <pre tabIndex={0}>{prettyText(talk.event) || 'empty'}</pre>
          <h4>Result</h4>
          <pre tabIndex={0}>{prettyText(talk.result) || 'empty'}</pre>
          {!talk.whole && <p class="muted">What is longer than 64 KB is cut.</p>}
        </>
      ) : (
        <p class="muted">
          The server keeps event and result of a function's last {shownMax} invocations since its
          own start.
          <TriggerLinks fn={fn} />
        </p>
      )}
      <h4>Log</h4>
      <pre tabIndex={0}>{lines.join('\n') || 'It wrote no line.'}</pre>
    </div>
  );
}

function InvocationRow({ fn, it }: { fn: FunctionResource; it: Invocation }) {
  const isOpen = useSignal(false);
  return (
    <details
      class={`invocation ${it.failed ? 'failed' : ''}`}
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
    >
      <summary>
        <span>{new Date(it.millis).toLocaleTimeString('en-GB')}</span>
        <span class="right">{it.durationMillis.toFixed(1)} ms</span>
        <span class="right">{it.memoryMib > 0 ? `${it.memoryMib} MB` : ''}</span>
        <span>{it.failed ? 'failed' : 'ok'}</span>
        <code>{it.requestId}</code>
      </summary>
      {isOpen.value && <Told fn={fn} it={it} />}
    </details>
  );
}

/** The iterator's age: how long the oldest record has been waiting. */
function Lag({ name }: { name: string }) {
  const lag = triggerLag(name);
  return <>{lag === null ? 'no trigger' : asSeconds(lag)}</>;
}

function useInvocations(fn: FunctionResource) {
  return useAsked(() => invocationLogOf(fn.name).read(), askMillis, fn.name);
}

function NeverRun({ fn }: { fn: FunctionResource }) {
  return (
    <NotYet
      words="Not invoked within the last day. It is when records come to its trigger, by a test event, or by this:"
      command={
        `aws lambda invoke --function-name ${fn.name} ` +
        `--cli-binary-format raw-in-base64-out --payload '{"Records":[]}' /dev/stdout`
      }
    />
  );
}

export function Invocations({ fn }: { fn: FunctionResource }) {
  const { answer, error } = useInvocations(fn);
  if (error.value !== '') return <p class="notice">{error.value}</p>;
  if (!answer.value) return <p class="muted">Reading the log…</p>;
  const all = answer.value;
  if (all.length === 0) return <NeverRun fn={fn} />;
  const now = feed.serverNow();
  const hour = all.filter((it) => now - it.millis < hourMillis);
  const sums = summaryOf(hour);
  return (
    <>
      <Facts
        facts={[
          ['Invocations', `${formatCount(hour.length)} within an hour`],
          ['The last', `${formatAge(now - all.at(-1)!.millis)} ago`],
          ['Duration, median', hour.length > 0 ? asMillis(sums.medianMillis) : '–'],
          ['Duration, 95th percentile', hour.length > 0 ? asMillis(sums.p95Millis) : '–'],
          ['Failed', formatCount(sums.failed)],
          ['Behind its stream', <Lag name={fn.name} />],
        ]}
      />
      <h3>
        {all.length > shownMax ? `The last ${shownMax} invocations` : 'Its invocations'}{' '}
        <span class="muted">open one for its event, its result and its lines</span>
      </h3>
      <div class="invocations">
        {all
          .slice(-shownMax)
          .reverse()
          .map((it) => (
            <InvocationRow key={it.requestId} fn={fn} it={it} />
          ))}
      </div>
    </>
  );
}

export function FunctionMetrics({ fn }: { fn: FunctionResource }) {
  const { answer, error } = useInvocations(fn);
  const found = byMinute(answer.value ?? [], feed.serverNow(), minutes);
  const charts: [string, number[], (value: number) => string][] = [
    ['Invocations a minute', found.counts, asNumber],
    ['Of them failed', found.failed, asNumber],
    ['Duration, median', found.medians, asMillis],
    ['Duration, 95th percentile', found.p95s, asMillis],
  ];
  return (
    <>
      <h3>The last hour, by the minute</h3>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <div class="charts">
        {charts.map(([label, values, format]) => (
          <LineChart
            key={label}
            label={label}
            values={answer.value ? values : []}
            seconds={minutes * 60}
            format={format}
          />
        ))}
        <PointsChart
          label="Behind its stream"
          points={historyOf(nodeId('function', fn.name), 'behind')}
          format={asSeconds}
        />
      </div>
      <p class="muted">
        CloudWatch has no figures of functions here: these are counted from the REPORT lines of its
        log, the newest minute when it is over; how far it is behind is kept by this page, since it
        was opened.
      </p>
    </>
  );
}
