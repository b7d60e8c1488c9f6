// Only the rows in view exist: a scrolling column of rows of one height.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface Props {
  count: number;
  rowHeight: number;
  label: string;
  className?: string;
  /** The row that must be in view, or -1. */
  reveal?: number;
  row(index: number, top: number): ComponentChildren;
  onKeyDown?(event: KeyboardEvent): void;
  activeId?: string | undefined;
  /** A row that stays on top, of this height; the others are counted from 2. */
  head?: ComponentChildren;
  headHeight?: number;
}

const spare = 4;

export function VirtualRows({
  count,
  rowHeight,
  label,
  className,
  reveal = -1,
  row,
  onKeyDown,
  activeId,
  head,
  headHeight = 0,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);

  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = box.current!;
    if (reveal < 0) return;
    const [from, to] = [reveal * rowHeight, (reveal + 1) * rowHeight];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + element.clientHeight - headHeight)
      element.scrollTop = to - element.clientHeight + headHeight;
  }, [reveal]);

  const first = Math.max(0, Math.floor(top.value / rowHeight) - spare);
  const last = Math.min(count, Math.ceil((top.value + height.value) / rowHeight) + spare);
  const rows: ComponentChildren[] = [];
  for (let i = first; i < last; i++) rows.push(row(i, i * rowHeight));
  return (
    <div
      ref={box}
      class={`virtual ${className ?? ''}`}
      role="grid"
      aria-label={label}
      aria-rowcount={count + (head ? 1 : 0)}
      tabIndex={0}
      aria-activedescendant={activeId}
      onKeyDown={onKeyDown}
      onScroll={() => {
        top.value = box.current!.scrollTop;
      }}
    >
      {head}
      <div class="virtual-inner" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {rows}
      </div>
    </div>
  );
}
