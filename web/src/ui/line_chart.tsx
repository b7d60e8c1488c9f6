// A line over the last minutes: values at the left, age at the bottom. Drawn as SVG.
interface Props {
  /** Newest last; NaN leaves a gap. */
  values: number[];
  label: string;
  /** What the whole width spans. */
  seconds: number;
  format(value: number): string;
}

const width = 640;
const height = 170;
const left = 84;
const bottom = 22;
const top = 10;

/** A round number at or above `value`: 1, 2 or 5 times a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!;
}

export function LineChart({ values, label, seconds, format }: Props) {
  const most = niceCeiling(Math.max(0, ...values.filter(Number.isFinite)));
  const x = (i: number) => left + ((width - left - 8) * i) / Math.max(1, values.length - 1);
  const y = (value: number) => top + (height - top - bottom) * (1 - value / most);
  const points = values
    .map((value, i) => (Number.isFinite(value) ? `${x(i).toFixed(1)},${y(value).toFixed(1)}` : ''))
    .filter(Boolean);
  const newest = values.findLast(Number.isFinite);
  return (
    <figure class="chart">
      <figcaption>
        {label} <b>{newest === undefined ? '–' : format(newest)}</b>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${label}: ${newest === undefined ? 'nothing yet' : format(newest)}`}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              class="chart-grid"
              x1={left}
              x2={width - 8}
              y1={y(most * part)}
              y2={y(most * part)}
            />
            <text class="chart-tick" x={left - 8} y={y(most * part) + 4} text-anchor="end">
              {format(most * part)}
            </text>
          </g>
        ))}
        <text class="chart-tick" x={left} y={height - 5}>
          {seconds >= 120 ? `${Math.round(seconds / 60)} min ago` : `${seconds} s ago`}
        </text>
        <text class="chart-tick" x={width - 8} y={height - 5} text-anchor="end">
          now
        </text>
        {points.length > 1 && (
          <>
            <polygon
              class="chart-area"
              points={`${points[0]!.split(',')[0]},${y(0)} ${points.join(' ')} ${points.at(-1)!.split(',')[0]},${y(0)}`}
            />
            <polyline class="chart-line" points={points.join(' ')} />
          </>
        )}
      </svg>
    </figure>
  );
}
