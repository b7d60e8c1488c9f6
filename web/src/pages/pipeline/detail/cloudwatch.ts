// Kinesis' metrics as CloudWatch gives them: one number a minute.
import { aws } from '../../../api/aws';

export const minuteMillis = 60_000;

export interface MetricWanted {
  name: string;
  statistic: 'Sum' | 'Average' | 'Maximum';
  stream: string;
  shard?: string;
}

interface Answer {
  MetricDataResults: { Id: string; Timestamps?: number[]; Values?: number[] }[];
  NextToken?: string;
}

/** One value for each minute from `fromMillis` on; NaN where nothing was measured. */
export function seriesOf(
  timestamps: number[],
  values: number[],
  fromMillis: number,
  minutes: number,
): number[] {
  const series = Array.from({ length: minutes }, () => NaN);
  timestamps.forEach((seconds, i) => {
    const at = Math.round((seconds * 1000 - fromMillis) / minuteMillis);
    if (at >= 0 && at < minutes) series[at] = values[i]!;
  });
  return series;
}

function queryOf(wanted: MetricWanted, i: number): object {
  const dimensions = [
    { Name: 'StreamName', Value: wanted.stream },
    ...(wanted.shard ? [{ Name: 'ShardId', Value: wanted.shard }] : []),
  ];
  return {
    Id: `m${i}`,
    MetricStat: {
      Metric: { Namespace: 'AWS/Kinesis', MetricName: wanted.name, Dimensions: dimensions },
      Period: 60,
      Stat: wanted.statistic,
    },
  };
}

/** The last `minutes` whole minutes of each metric, oldest first. */
export async function metricsOf(
  wanted: MetricWanted[],
  minutes: number,
  nowMillis: number,
): Promise<number[][]> {
  const endMillis = Math.floor(nowMillis / minuteMillis) * minuteMillis;
  const fromMillis = endMillis - minutes * minuteMillis;
  const found = new Map<string, number[]>();
  let token: string | undefined;
  do {
    const page: Answer = await aws('monitoring', 'GetMetricData', {
      StartTime: fromMillis / 1000,
      EndTime: endMillis / 1000,
      ScanBy: 'TimestampAscending',
      MetricDataQueries: wanted.map(queryOf),
      ...(token ? { NextToken: token } : {}),
    });
    for (const { Id, Timestamps, Values } of page.MetricDataResults) {
      const before = found.get(Id);
      const series = seriesOf(Timestamps ?? [], Values ?? [], fromMillis, minutes);
      found.set(Id, before ? before.map((v, i) => (Number.isNaN(v) ? series[i]! : v)) : series);
    }
    token = page.NextToken;
  } while (token);
  return wanted.map((_, i) => found.get(`m${i}`) ?? []);
}
