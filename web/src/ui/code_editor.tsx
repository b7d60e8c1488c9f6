// A text field for code: coloured, numbered, with the place of an error underlined.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Suggestions } from './sql_completion';
import { optionId, SuggestionList } from './suggestions';
import { placeIn, spanAt, type Piece } from './sql_words';

export interface CodeProps {
  id: string;
  label: string;
  value: string;
  placeholder?: string;
  /** What the server said about this very text; its place is underlined. */
  error?: string | undefined;
  onInput(value: string): void;
  /** Ctrl+Enter. */
  onRun(): void;
}

interface Props extends CodeProps {
  /** For colouring. */
  pieces: Piece[];
  /** A new line begins where the one before it began. */
  indents?: boolean;
  /** What can stand at the cursor; `isAsked` by Ctrl+Space. */
  suggest?: ((text: string, cursor: number, isAsked: boolean) => Suggestions | null) | undefined;
}

interface Offer extends Suggestions {
  at: DOMRect;
}

function Colours({ pieces }: { pieces: Piece[] }) {
  return (
    <>
      {pieces.map((piece, i) =>
        piece.kind === 'other' || piece.kind === 'word' ? (
          piece.text
        ) : (
          <span key={i} class={`sql-${piece.kind}`}>
            {piece.text}
          </span>
        ),
      )}
      {'\n'}
    </>
  );
}

function Underline({ text, error }: { text: string; error: string }) {
  const place = placeIn(error);
  const span = place ? spanAt(text, place) : null;
  if (!span) return null;
  return (
    <pre class="sql-layer sql-marks" aria-hidden="true">
      {text.slice(0, span.from)}
      <mark>{text.slice(span.from, span.from + span.length) || ' '}</mark>
    </pre>
  );
}

/** The spaces that the line of the cursor begins with. */
export function indentAt(text: string, cursor: number): string {
  const start = text.lastIndexOf('\n', cursor - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, cursor))![0];
}

/** Where a letter is drawn, in the window. */
function placeOf(layer: HTMLElement, offset: number): DOMRect | null {
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  for (let left = offset, node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node as Text;
    if (left <= length) {
      const range = document.createRange();
      range.setStart(node, left);
      range.setEnd(node, Math.min(length, left + 1));
      return range.getBoundingClientRect();
    }
    left -= length;
  }
  return null;
}

export function CodeEditor({
  id,
  label,
  value,
  placeholder,
  error,
  pieces,
  indents,
  suggest,
  onInput,
  onRun,
}: Props) {
  const offer = useSignal<Offer | null>(null);
  const chosen = useSignal(0);
  const colours = useRef<HTMLPreElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const awaited = useRef<{ isAsked: boolean } | null>(null);
  const lines = value.split('\n').length;
  const errorLine = error ? placeIn(error)?.line : undefined;
  const fit = () => {
    // The field grows with its text; the box around it scrolls both layers as one.
    const element = field.current!;
    element.style.height = '0';
    element.style.height = `${element.scrollHeight}px`;
    element.style.width = '100%';
    element.style.width = `${Math.max(element.scrollWidth, element.parentElement!.clientWidth)}px`;
  };
  useLayoutEffect(fit, [value]);
  useLayoutEffect(() => {
    // In a dialog it has no size until that is shown.
    let width = box.current!.clientWidth;
    const observer = new ResizeObserver(([entry]) => {
      const now = entry!.target.clientWidth;
      if (now !== width) fit();
      width = now;
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const lookAgain = (isAsked: boolean) => {
    const { value: text, selectionStart, selectionEnd } = field.current!;
    const found =
      suggest && selectionStart === selectionEnd ? suggest(text, selectionStart, isAsked) : null;
    const at = found && placeOf(colours.current!, found.from);
    offer.value = found && at ? { ...found, at } : null;
    chosen.value = 0;
  };
  /** The place of the word is known once its letters are drawn: one look for all wishes until then. */
  const lookSoon = (isAsked: boolean) => {
    const wish = awaited.current;
    if (wish) {
      wish.isAsked ||= isAsked;
      return;
    }
    awaited.current = { isAsked };
    requestAnimationFrame(() => {
      const asked = awaited.current!.isAsked;
      awaited.current = null;
      if (field.current && document.activeElement === field.current) lookAgain(asked);
    });
  };
  const take = (index: number) => {
    const { from, list } = offer.value!;
    const element = field.current!;
    offer.value = null;
    element.setSelectionRange(from, element.selectionStart);
    // As if it were typed: it can be undone.
    document.execCommand('insertText', false, list[index]!.text);
    offer.value = null;
  };
  /** Whether the key belongs to the list of suggestions. */
  const choose = (event: KeyboardEvent): boolean => {
    if (!offer.value || event.ctrlKey || event.metaKey || event.altKey) return false;
    const { length } = offer.value.list;
    if (event.key === 'ArrowDown') chosen.value = (chosen.value + 1) % length;
    else if (event.key === 'ArrowUp') chosen.value = (chosen.value + length - 1) % length;
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) take(chosen.value);
    else if (event.key === 'Escape') offer.value = null;
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (choose(event)) {
      event.preventDefault();
      // Escape closes this list, and nothing around it.
      event.stopPropagation();
      return;
    }
    if (/^(Arrow|Home|End|Page)/.test(event.key)) offer.value = null;
    if (suggest && event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      lookSoon(true);
      return;
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      offer.value = null;
      onRun();
      return;
    }
    const { selectionStart, value: text } = field.current!;
    const indent = event.key === 'Enter' && indents ? indentAt(text, selectionStart) : '';
    if (indent === '' || event.isComposing) return;
    event.preventDefault();
    // As if it were typed: it can be undone.
    document.execCommand('insertText', false, `\n${indent}`);
  };
  return (
    <div class="sql-editor" ref={box} onScroll={() => (offer.value = null)}>
      <ol class="sql-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <li key={i} class={i + 1 === errorLine ? 'wrong' : ''}>
            {i + 1}
          </li>
        ))}
      </ol>
      <div class="sql-text">
        {error && <Underline text={value} error={error} />}
        <pre ref={colours} class="sql-layer" aria-hidden="true">
          <Colours pieces={pieces} />
        </pre>
        <textarea
          ref={field}
          id={id}
          class="sql-layer"
          aria-label={label}
          aria-invalid={error ? true : undefined}
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          value={value}
          placeholder={placeholder}
          onInput={(event) => {
            onInput(event.currentTarget.value);
            if (suggest) lookSoon(false);
          }}
          onKeyDown={onKeyDown}
          onPointerDown={() => (offer.value = null)}
          onBlur={() => (offer.value = null)}
          aria-autocomplete={suggest ? 'list' : undefined}
          aria-haspopup={suggest ? 'listbox' : undefined}
          aria-controls={offer.value ? `${id}-suggestions` : undefined}
          aria-activedescendant={offer.value ? optionId(id, chosen.value) : undefined}
        />
        {offer.value && (
          <SuggestionList
            id={id}
            list={offer.value.list}
            chosen={chosen.value}
            at={offer.value.at}
            onTake={take}
          />
        )}
      </div>
    </div>
  );
}
