// What Ctrl+K finds, best first. Pure.
export interface Entry {
  words: string;
  kind: string;
  glyph: string;
  run(): void;
}

const unicornsMax = 8;
const entriesMax = 14;

/** 0: begins with it, 1: a word begins with it, 2: holds it; -1: does not. */
export function rankOf(words: string, needle: string): number {
  const at = words.toLowerCase().indexOf(needle);
  if (at < 0) return -1;
  if (at === 0) return 0;
  return /[\s_-]/.test(words[at - 1]!) ? 1 : 2;
}

function ranked(entries: Entry[], needle: string): { entry: Entry; rank: number }[] {
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry.words, needle) }))
    .filter(({ rank }) => rank >= 0);
}

/** The first matching names; a fleet may be large, so that looking ends when there are enough. */
function unicorns(names: readonly string[], needle: string, make: (name: string) => Entry) {
  const best: string[] = [];
  const others: string[] = [];
  for (const name of names) {
    const rank = rankOf(name, needle);
    if (rank === 0) best.push(name);
    else if (rank > 0 && others.length < unicornsMax) others.push(name);
    if (best.length >= unicornsMax) break;
  }
  const byLength = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);
  return [...best.sort(byLength), ...others].slice(0, unicornsMax).map(make);
}

export function found(
  text: string,
  fixed: Entry[],
  parts: Entry[],
  names: readonly string[],
  unicorn: (name: string) => Entry,
): Entry[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return [...fixed, ...parts].slice(0, entriesMax);
  return [
    ...ranked(fixed, needle),
    ...ranked(parts, needle),
    ...ranked(unicorns(names, needle, unicorn), needle),
  ]
    .sort((a, b) => a.rank - b.rank)
    .slice(0, entriesMax)
    .map(({ entry }) => entry);
}
