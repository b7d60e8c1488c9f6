// Words and texts of a POSIX shell. Pure.

export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `command`, or a pipe from it to `next`, that reads `text`; no letter of it means anything. */
export function heredoc(command: string, text: string, next = ''): string {
  const lines = new Set(text.split('\n'));
  let end = 'END';
  while (lines.has(end)) end += '_';
  return `${command} <<'${end}'${next === '' ? '' : ` | ${next}`}\n${text}\n${end}`;
}
