// A native modal dialog that follows a signal.
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Glyph } from './glyph';

export function Dialog({
  open,
  title,
  holds = false,
  children,
}: {
  open: Signal<boolean>;
  title: string;
  /** It holds what would be lost: a click beside it does not close it. */
  holds?: boolean;
  children: ComponentChildren;
}) {
  const element = useRef<HTMLDialogElement>(null);
  // Who marks text and lets go beside the dialog has clicked on nothing.
  const pressed = useRef<EventTarget | null>(null);
  const shown = open.value;
  // Before the next key is pressed: it belongs to the dialog.
  useLayoutEffect(() => {
    if (!shown) return;
    const before = document.activeElement;
    element.current?.showModal();
    // Whoever opened it goes on where he was; the browser forgets it with the element, and lets
    // nothing else have the focus until that is gone.
    return () =>
      queueMicrotask(() => {
        if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      });
  }, [shown]);
  if (!shown) return null;
  return (
    <dialog
      ref={element}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // The browser would tell of it a task later, and keep the keys of that time in here.
        event.preventDefault();
        open.value = false;
      }}
      onClose={() => {
        open.value = false;
      }}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        if (holds || event.target !== element.current) return;
        if (pressed.current === element.current) open.value = false;
      }}
    >
      <header>
        <h2>{title}</h2>
        <button
          class="icon-button"
          aria-label="Close"
          onClick={() => {
            open.value = false;
          }}
        >
          <Glyph name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
