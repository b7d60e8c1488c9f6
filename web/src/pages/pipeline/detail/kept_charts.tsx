// Charts of figures that no service keeps: the page does, and says since when.
import { formatBytes } from '../../../ui/format';
import { LineChart } from '../../../ui/line_chart';
import { evenly, perSecondOf, spanMillisOf, type Point } from '../history';
import { historyOf } from '../state';

const bins = 150;
const rateMillis = 5_000;

export interface KeptChart {
  figure: string;
  label: string;
  /** A counter is drawn as its rate in a second. */
  isCounter?: boolean;
  format(value: number): string;
}

export const asNumber = (value: number) =>
  value >= 10 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(1);
export const asBytes = (value: number) => formatBytes(Math.round(value));
/** From milliseconds. */
export const asMillis = (value: number) =>
  `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
/** From milliseconds; less than a second stays what it is. */
export const asSeconds = (value: number) => {
  if (value > 0 && value < 1_000) return asMillis(value);
  return `${(value / 1000).toFixed(value > 0 && value < 10_000 ? 1 : 0)} s`;
};

export function PointsChart({
  points,
  label,
  format,
}: {
  points: Point[];
  label: string;
  format(value: number): string;
}) {
  return (
    <LineChart
      label={label}
      values={evenly(points, bins)}
      seconds={Math.round(spanMillisOf(points) / 1000)}
      format={format}
    />
  );
}

export function KeptCharts({ node, charts }: { node: string; charts: KeptChart[] }) {
  return (
    <>
      <div class="charts">
        {charts.map(({ figure, label, isCounter, format }) => {
          const points = historyOf(node, figure);
          return (
            <PointsChart
              key={figure}
              label={label}
              points={isCounter ? perSecondOf(points, rateMillis) : points}
              format={format}
            />
          );
        })}
      </div>
      <p class="muted">
        CloudWatch has no figures of this part here: the page keeps these itself, since it was
        opened.
      </p>
    </>
  );
}
