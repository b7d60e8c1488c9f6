// A numeric column of an answer as a line over time, or as bars.
import { useSignal } from '@preact/signals';
import { safeName } from '../../fleet/filter';
import { formatCount } from '../../ui/format';
import { niceCeiling } from '../../ui/line_chart';
import { plotOf, plottable, type Cell, type Plot, type Shape } from './result_shape';

const width = 960;
const height = 360;
const left = 72;
const right = 16;
const top = 14;
const bottom = 34;
const barHeight = 24;
const nameWidth = 190;

/** Round steps from at most the least to at least the most. */
export function scaleOf(values: number[]): { low: number; high: number; ticks: number[] } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!Number.isFinite(low)) return { low: 0, high: 1, ticks: [0, 1] };
  // From nought, unless everything happens far from it.
  if (low > 0 && low < high * 0.6) low = 0;
  if (low === high) [low, high] = [Math.min(0, low), Math.max(high, low + 1)];
  const step = niceCeiling((high - low) / 5);
  const from = Math.floor(low / step) * step;
  const ticks: number[] = [];
  for (let tick = from; tick < high + step * 0.999; tick += step) ticks.push(tick);
  return { low: from, high: ticks.at(-1)!, ticks };
}

function short(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Math.round(value / 1e5) / 10} M`;
  return String(Math.round(value * 1000) / 1000);
}

function clock(millis: number, spanMillis: number): string {
  const text = new Date(millis).toISOString();
  if (spanMillis > 2 * 86_400_000) return text.slice(5, 16).replace('T', ' ');
  return text.slice(11, 19);
}

function Line({ plot, label }: { plot: Plot; label: string }) {
  const scale = scaleOf(plot.ys);
  const [first, last] = [plot.xs[0]!, plot.xs.at(-1)!];
  const span = Math.max(1, last - first);
  const x = (value: number) => left + ((width - left - right) * (value - first)) / span;
  const y = (value: number) =>
    top + (height - top - bottom) * (1 - (value - scale.low) / (scale.high - scale.low));
  const times = [0, 0.25, 0.5, 0.75, 1].map((part) => first + span * part);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label} over time`}>
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="chart-grid" x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text class="chart-tick" x={left - 8} y={y(tick) + 4} text-anchor="end">
            {short(tick)}
          </text>
        </g>
      ))}
      {times.map((time, i) => (
        <text
          key={time}
          class="chart-tick"
          x={x(time)}
          y={height - 10}
          text-anchor={i === 0 ? 'start' : i === times.length - 1 ? 'end' : 'middle'}
        >
          {clock(time, span)}
        </text>
      ))}
      {plot.xs.length <= 200 &&
        plot.xs.map((value, i) => (
          <circle key={i} class="chart-dot" cx={x(value)} cy={y(plot.ys[i]!)} r="2.5" />
        ))}
      <polyline
        class="chart-line"
        points={plot.xs
          .map((value, i) => `${x(value).toFixed(1)},${y(plot.ys[i]!).toFixed(1)}`)
          .join(' ')}
      />
    </svg>
  );
}

function Bars({ plot, label }: { plot: Plot; label: string }) {
  const scale = scaleOf([0, ...plot.ys]);
  const full = top + bottom + plot.ys.length * barHeight;
  const x = (value: number) =>
    nameWidth + ((width - nameWidth - 70) * (value - scale.low)) / (scale.high - scale.low);
  return (
    <svg viewBox={`0 0 ${width} ${full}`} role="img" aria-label={`${label} by row`}>
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="chart-grid" x1={x(tick)} x2={x(tick)} y1={top} y2={full - bottom} />
          <text class="chart-tick" x={x(tick)} y={full - 12} text-anchor="middle">
            {short(tick)}
          </text>
        </g>
      ))}
      {plot.ys.map((value, i) => {
        const y = top + i * barHeight;
        const name = safeName(plot.labels[i]!);
        return (
          <g key={i}>
            <text class="chart-name" x={nameWidth - 10} y={y + 16} text-anchor="end">
              {name.length > 26 ? `${name.slice(0, 25)}…` : name}
            </text>
            <rect
              class="chart-bar"
              x={Math.min(x(0), x(value))}
              y={y + 4}
              width={Math.max(1, Math.abs(x(value) - x(0)))}
              height={barHeight - 8}
              rx="3"
            />
            <text class="chart-tick" x={Math.max(x(0), x(value)) + 6} y={y + 16}>
              {short(value)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

export function ResultChart({
  columns,
  rows,
  shape,
}: {
  columns: string[];
  rows: Cell[][];
  shape: Shape;
}) {
  const choices = plottable(shape);
  const chosen = useSignal(choices[0]!);
  const y = choices.includes(chosen.value) ? chosen.value : choices[0]!;
  const plot = plotOf(shape, rows, y);
  const label = safeName(columns[y]!);
  return (
    <div class="result-chart">
      <div class="chart-choice">
        <label>
          Show{' '}
          <select
            value={String(y)}
            onChange={(event) => {
              chosen.value = Number(event.currentTarget.value);
            }}
          >
            {choices.map((i) => (
              <option key={i} value={String(i)}>
                {safeName(columns[i]!)}
              </option>
            ))}
          </select>
        </label>
        <span class="muted">
          {plot.xIsTime ? `over ${safeName(columns[shape.times[0]!]!)} (UTC)` : 'row by row'}
          {plot.left > 0 ? ` · ${formatCount(plot.left)} rows are not drawn` : ''}
        </span>
      </div>
      {plot.ys.length === 0 ? (
        <p class="list-empty">No row holds a number.</p>
      ) : plot.kind === 'line' ? (
        <Line plot={plot} label={label} />
      ) : (
        <Bars plot={plot} label={label} />
      )}
    </div>
  );
}
