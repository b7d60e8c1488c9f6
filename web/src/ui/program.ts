// How the user's shell calls the program that serves this page: the server says it; before it has
// answered, and without a session, only the name is known.
import { signal } from '@preact/signals';

const path = signal('');

export function programIs(text: string): void {
  path.value = text;
}

export function isProgramKnown(): boolean {
  return path.value !== '';
}

/** The first word of a command line, quoted where a shell needs it. */
export function program(): string {
  return path.value === '' ? 'wildrydes' : shellWord(path.value);
}

/** As one word of a command line. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
