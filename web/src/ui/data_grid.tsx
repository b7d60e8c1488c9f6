// A grid of text cells with a head: only the rows in view exist, the keys walk from cell to cell.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { headRow, step, type Place } from './grid_walk';

export interface GridColumn {
  name: string;
  /** Numbers stand at the right. */
  right?: boolean;
  sort?: 'ascending' | 'descending' | 'none';
}

export interface GridCell {
  text: string;
  title?: string;
  className?: string;
}

interface Props {
  label: string;
  columns: GridColumn[];
  count: number;
  /** There may be more rows than `count`. */
  isOpen?: boolean;
  rowHeight: number;
  /** Widths of the columns as CSS; without it the classes of the rows say them. */
  template?: string;
  className?: string;
  headClass?: string;
  rowClass?(row: number): string;
  cell(row: number, column: number): GridCell;
  /** What stays when rows move; the active cell follows it. */
  keyOf?(row: number): string;
  selected?: number;
  onSort?(column: number): void;
  /** A click, Enter or Space. */
  onRow?(row: number): void;
  /** The keys walked to another row. */
  onWalk?(row: number): void;
  /** The last rows are in view. */
  onEnd?(): void;
}

const spare = 4;
const nearEndRows = 100;

export function DataGrid(props: Props) {
  const { columns, count, rowHeight, keyOf } = props;
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const active = useSignal<Place>({ row: 0, column: 0 });
  const activeKey = useRef<string | null>(null);
  const hasFocus = useRef(false);
  /** The keys walked: the cell takes the focus once it exists. */
  const pending = useRef(false);

  const at = placeNow();
  function placeNow(): Place {
    let { row, column } = active.value;
    const key = activeKey.current;
    if (keyOf && key !== null && row >= 0 && (row >= count || keyOf(row) !== key)) {
      for (let i = 0; i < count; i++) {
        if (keyOf(i) !== key) continue;
        row = i;
        break;
      }
    }
    row = count === 0 ? headRow : Math.min(row, count - 1);
    return { row, column: Math.min(column, Math.max(0, columns.length - 1)) };
  }

  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (!pending.current) return;
    const cell = box.current!.querySelector<HTMLElement>(`[data-at="${at.row}:${at.column}"]`);
    if (!cell) return;
    pending.current = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const first = Math.max(0, Math.floor(top.value / rowHeight) - spare);
  const last = Math.min(count, Math.ceil((top.value + height.value) / rowHeight) + spare);
  useLayoutEffect(() => {
    if (count > 0 && last > count - nearEndRows) props.onEnd?.();
  }, [last, count]);

  const walkTo = (place: Place) => {
    const rowBefore = at.row;
    active.value = place;
    activeKey.current = keyOf && place.row >= 0 ? keyOf(place.row) : null;
    pending.current = true;
    if (place.row >= 0) reveal(place.row);
    if (place.row >= 0 && place.row !== rowBefore) props.onWalk?.(place.row);
  };
  const reveal = (row: number) => {
    const element = box.current!;
    const room = element.clientHeight - (head.current?.offsetHeight ?? 0);
    const [from, to] = [row * rowHeight, (row + 1) * rowHeight];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + room) element.scrollTop = to - room;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (at.row >= 0) props.onRow?.(at.row);
      else if (columns[at.column]?.sort) props.onSort?.(at.column);
      return;
    }
    const pageRows = Math.max(1, Math.floor(height.value / rowHeight) - 2);
    const size = { rows: count, columns: columns.length, pageRows };
    const to = step(at, event.key, event.ctrlKey, size);
    if (!to) return;
    event.preventDefault();
    walkTo(to);
  };
  const onFocus = (event: FocusEvent) => {
    hasFocus.current = true;
    const place = (event.target as HTMLElement).dataset['at']?.split(':').map(Number);
    if (!place) return;
    if (place[0] !== active.peek().row || place[1] !== active.peek().column)
      active.value = { row: place[0]!, column: place[1]! };
    activeKey.current = keyOf && place[0]! >= 0 ? keyOf(place[0]!) : null;
  };

  const rows: number[] = [];
  // What has the focus must not vanish while it is out of view.
  const isFar = at.row >= 0 && (at.row < first || at.row >= last);
  if (isFar && hasFocus.current && at.row < first) rows.push(at.row);
  for (let i = first; i < last; i++) rows.push(i);
  if (isFar && hasFocus.current && at.row >= last) rows.push(at.row);
  // The active cell may be out of view before it ever had the focus: the first one in view is it.
  const tabRow = isFar && !hasFocus.current ? Math.min(first + spare, count - 1) : at.row;
  const style = props.template ? { gridTemplateColumns: props.template } : {};
  const cellAt = (row: number, column: number) => ({
    'data-at': `${row}:${column}`,
    tabIndex: row === tabRow && column === at.column ? 0 : -1,
    'aria-colindex': column + 1,
  });
  return (
    <div
      ref={box}
      class={`data-grid ${props.className ?? ''}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.isOpen ? -1 : count + 1}
      aria-colcount={columns.length}
      onKeyDown={onKeyDown}
      onFocusIn={onFocus}
      onFocusOut={() => (hasFocus.current = false)}
      onScroll={() => {
        top.value = box.current!.scrollTop;
      }}
    >
      <div role="rowgroup" class="data-head" ref={head}>
        <div role="row" aria-rowindex={1} class={props.headClass} style={style}>
          {columns.map((column, i) => (
            <span
              key={i}
              {...cellAt(headRow, i)}
              role="columnheader"
              class={`${column.right ? 'right' : ''} ${column.sort ? 'sortable' : ''}`}
              aria-sort={column.sort}
              onClick={() => column.sort && props.onSort?.(i)}
            >
              {column.name}
            </span>
          ))}
        </div>
      </div>
      {count > 0 && (
        <div role="rowgroup" class="data-body" style={{ height: `${count * rowHeight}px` }}>
          {rows.map((row) => (
            <div
              key={keyOf ? keyOf(row) : row}
              role="row"
              aria-rowindex={row + 2}
              aria-selected={props.selected === undefined ? undefined : props.selected === row}
              class={props.rowClass?.(row)}
              style={{ ...style, top: `${row * rowHeight}px` }}
              onClick={() => props.onRow?.(row)}
            >
              {columns.map((column, i) => {
                const cell = props.cell(row, i);
                return (
                  <span
                    key={i}
                    {...cellAt(row, i)}
                    role="gridcell"
                    class={`${column.right ? 'right' : ''} ${cell.className ?? ''}`}
                    title={cell.title}
                  >
                    {cell.text}
                  </span>
                );
              })}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
