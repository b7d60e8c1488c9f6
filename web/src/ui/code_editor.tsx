// A text field for code: coloured, numbered, with the place of an error underlined.
import { useLayoutEffect, useRef } from 'preact/hooks';
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

export function CodeEditor({
  id,
  label,
  value,
  placeholder,
  error,
  pieces,
  indents,
  onInput,
  onRun,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = value.split('\n').length;
  const errorLine = error ? placeIn(error)?.line : undefined;
  useLayoutEffect(() => {
    // The field grows with its text; the box around it scrolls both layers as one.
    const element = field.current!;
    element.style.height = '0';
    element.style.height = `${element.scrollHeight}px`;
    element.style.width = '100%';
    element.style.width = `${Math.max(element.scrollWidth, element.parentElement!.clientWidth)}px`;
  }, [value]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
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
    <div class="sql-editor" ref={box}>
      <ol class="sql-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <li key={i} class={i + 1 === errorLine ? 'wrong' : ''}>
            {i + 1}
          </li>
        ))}
      </ol>
      <div class="sql-text">
        {error && <Underline text={value} error={error} />}
        <pre class="sql-layer" aria-hidden="true">
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
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
    </div>
  );
}
