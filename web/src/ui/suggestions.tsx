// The list under the word that is being written. The field keeps the focus and names what is chosen.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Suggestion } from './sql_completion';

const gapPixels = 4;

interface Props {
  id: string;
  list: Suggestion[];
  chosen: number;
  /** Where the word stands in the window. */
  at: DOMRect;
  onTake(index: number): void;
}

export function optionId(id: string, index: number): string {
  return `${id}-suggestion-${index}`;
}

export function SuggestionList({ id, list, chosen, at, onTake }: Props) {
  const box = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    const element = box.current!;
    const { offsetWidth: width, offsetHeight: height } = element;
    const below = at.bottom + gapPixels;
    const isBelow = below + height <= window.innerHeight || at.top < height + gapPixels;
    element.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - width - 4))}px`;
    element.style.top = `${isBelow ? below : at.top - gapPixels - height}px`;
  }, [at, list]);
  useLayoutEffect(() => {
    box.current!.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <ul
      ref={box}
      id={`${id}-suggestions`}
      class="suggestions"
      role="listbox"
      aria-label="Suggestions"
    >
      {list.map((it, i) => (
        <li
          key={it.text}
          id={optionId(id, i)}
          role="option"
          aria-selected={i === chosen}
          // The field must not lose the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(i);
          }}
        >
          <span>{it.text}</span>
          <span class="muted">{it.kind}</span>
        </li>
      ))}
    </ul>
  );
}
