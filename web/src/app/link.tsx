// A link inside the console: no new page is loaded, and the browser's own ways to open it stay.
import type { ComponentChildren } from 'preact';
import { addressOf, goTo, type Page } from './router';

interface Props {
  target: Page;
  parameters?: Record<string, string>;
  class?: string;
  current?: boolean;
  label?: string;
  style?: Record<string, string>;
  children: ComponentChildren;
}

export function Link({ target, parameters, class: name, current, label, style, children }: Props) {
  return (
    <a
      href={addressOf(target, parameters)}
      class={name}
      style={style}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        goTo(target, parameters);
      }}
    >
      {children}
    </a>
  );
}
