// What is whole of a JSON text that was cut: all up to the last whole element of a list. Pure.

/** Null when no list holds a whole element. */
export function wholePart(text: string): string | null {
  const open: string[] = [];
  let best: string | null = null;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (inString) {
      if (letter === '\\') i++;
      else if (letter === '"') inString = false;
      continue;
    }
    if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') open.push(letter === '{' ? '}' : ']');
    else if (letter === '}' || letter === ']') open.pop();
    // Behind an element of a list: what follows it may be cut.
    const isBehind = letter === ',' || letter === '}' || letter === ']';
    if (!isBehind || open.at(-1) !== ']') continue;
    best = text.slice(0, letter === ',' ? i : i + 1) + [...open].reverse().join('');
  }
  return best;
}
