// Five minutes of a vital sign as a line, with the line at 100 that it must not cross.

interface Props {
  values: number[];
  low: number;
  label: string;
  className: string;
}

const width = 240;
const height = 34;

export function Sparkline({ values, low, label, className }: Props) {
  const known = values.filter(Number.isFinite);
  if (known.length < 2) return <div class="sparkline" />;
  const min = Math.min(low - 5, ...known);
  const max = Math.max(low + 20, ...known);
  const y = (value: number) =>
    (height - 2 - ((value - min) / (max - min)) * (height - 4)).toFixed(1);
  const step = width / (known.length - 1);
  const points = known.map((value, i) => `${(i * step).toFixed(1)},${y(value)}`).join(' ');
  return (
    <svg
      class={`sparkline ${className}`}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line class="sparkline-low" x1="0" x2={width} y1={y(low)} y2={y(low)} />
      <polyline points={points} />
    </svg>
  );
}
