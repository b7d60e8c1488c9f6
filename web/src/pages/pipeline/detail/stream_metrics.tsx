// A stream's metrics: records as they come, and the last hour as CloudWatch has it.
import { feed } from '../../../app/state';
import { formatBytes } from '../../../ui/format';
import { LineChart } from '../../../ui/line_chart';
import { rateOver } from '../rates';
import { samplesOf } from '../state';
import { metricsOf, type MetricWanted } from './cloudwatch';
import { useAsked } from './frame';

const minutes = 60;
const askMillis = 20_000;

interface Chart {
  label: string;
  metric: string;
  statistic: MetricWanted['statistic'];
  /** From the minute's number to what is drawn. */
  scale: number;
  format(value: number): string;
}

const number = (value: number) =>
  value >= 10 || value === 0 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
const perSecond = (value: number) => `${formatBytes(Math.round(value))}/s`;
const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`;

const charts: Chart[] = [
  {
    label: 'Written, records/s',
    metric: 'IncomingRecords',
    statistic: 'Sum',
    scale: 1 / 60,
    format: number,
  },
  { label: 'Written', metric: 'IncomingBytes', statistic: 'Sum', scale: 1 / 60, format: perSecond },
  { label: 'Read', metric: 'GetRecords.Bytes', statistic: 'Sum', scale: 1 / 60, format: perSecond },
  {
    label: 'Readers behind, at most',
    metric: 'GetRecords.IteratorAgeMilliseconds',
    statistic: 'Maximum',
    scale: 1 / 1000,
    format: seconds,
  },
  {
    label: 'Writes throttled a minute',
    metric: 'WriteProvisionedThroughputExceeded',
    statistic: 'Sum',
    scale: 1,
    format: number,
  },
  {
    label: 'Reads throttled a minute',
    metric: 'ReadProvisionedThroughputExceeded',
    statistic: 'Sum',
    scale: 1,
    format: number,
  },
];

function LiveRate({ stream }: { stream: string }) {
  const samples = samplesOf(stream);
  const values = samples.map((_, i) => rateOver(samples.slice(0, i + 1), 5_000) ?? NaN);
  const spanSeconds = Math.round(
    ((samples.at(-1)?.millis ?? 0) - (samples[0]?.millis ?? 0)) / 1000,
  );
  return (
    <LineChart
      label="Records per second, now"
      values={values}
      seconds={spanSeconds}
      format={number}
    />
  );
}

export function StreamMetrics({ stream }: { stream: string }) {
  const { answer, error } = useAsked(
    () =>
      metricsOf(
        charts.map(({ metric, statistic }) => ({ name: metric, statistic, stream })),
        minutes,
        feed.serverNow(),
      ),
    askMillis,
    stream,
  );
  return (
    <>
      <LiveRate stream={stream} />
      <h3>The last hour, by the minute</h3>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <div class="charts">
        {charts.map((chart, i) => (
          <LineChart
            key={chart.metric}
            label={chart.label}
            values={(answer.value?.[i] ?? []).map((value) => value * chart.scale)}
            seconds={minutes * 60}
            format={chart.format}
          />
        ))}
      </div>
      <p class="muted">
        The same numbers are CloudWatch's (GetMetricData, namespace AWS/Kinesis); the newest minute
        shows when it is over.
      </p>
    </>
  );
}
