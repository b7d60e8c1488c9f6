// Athena's CSV as rows, from a text that comes in parts. Pure. A value that is not quoted and empty
// is NULL; an empty text is quoted.
import type { Cell } from '../../api/query_results';

export class CsvReader {
  private rest = '';

  /** The rows that are whole with this part. */
  push(part: string): Cell[][] {
    this.rest += part;
    return this.take(false);
  }

  /** The row that no line break ends, if there is one. */
  end(): Cell[][] {
    return this.take(true);
  }

  private take(isEnd: boolean): Cell[][] {
    const text = this.rest;
    const rows: Cell[][] = [];
    let taken = 0;
    let row: Cell[] = [];
    for (let at = 0; at < text.length || (isEnd && row.length > 0);) {
      const isQuoted = text[at] === '"';
      const to = isQuoted ? closing(text, at) : plainEnd(text, at);
      // Behind the value stands what ends it; it may come with the next part.
      if (to + (text[to] === '\r' ? 1 : 0) >= text.length && !isEnd) break;
      if (isQuoted) row.push(text.slice(at + 1, to - 1).replaceAll('""', '"'));
      else row.push(to === at ? null : text.slice(at, to));
      at = to;
      if (text[at] === ',') {
        at++;
        continue;
      }
      if (text[at] === '\r') at++;
      at++;
      rows.push(row);
      row = [];
      taken = at;
    }
    this.rest = text.slice(taken);
    return rows;
  }
}

/** Behind the quote that ends the value that begins at `at`, or the text's end. */
function closing(text: string, at: number): number {
  for (let i = at + 1; ; i += 2) {
    i = text.indexOf('"', i);
    if (i < 0) return text.length;
    if (text[i + 1] !== '"') return i + 1;
  }
}

function plainEnd(text: string, at: number): number {
  let to = at;
  while (to < text.length && text[to] !== ',' && text[to] !== '\n' && text[to] !== '\r') to++;
  return to;
}
