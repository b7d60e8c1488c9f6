// What can stand where the cursor is: tables and columns of the catalogue, keywords, functions. Pure.
import { keywords, piecesOf, type Piece } from './sql_words';

export interface CatalogueTable {
  name: string;
  columns: { name: string; type: string }[];
}

export interface Suggestion {
  text: string;
  /** What it is, in a word. */
  kind: string;
}

export interface Suggestions {
  /** Where the word begins that a suggestion replaces. */
  from: number;
  list: Suggestion[];
}

const listMax = 40;
const functions = (
  'count sum avg min max approx_distinct array_agg date_trunc date_diff date_add from_unixtime now ' +
  'current_timestamp coalesce nullif concat substr lower upper length replace split round abs ' +
  'greatest least try_cast json_extract_scalar row_number lag lead first_value last_value'
).split(' ');
const beforeTable = new Set(['FROM', 'JOIN', 'INTO', 'TABLE', 'DESCRIBE', 'UPDATE']);

/** The words before the cursor without white space and comments, the newest last. */
function wordsBefore(pieces: Piece[]): string[] {
  return pieces
    .filter((it) => it.kind !== 'comment')
    .flatMap((it) => (it.kind === 'other' ? it.text.replace(/\s+/g, '').split('') : [it.text]));
}

/** Tables that a statement names, by each name that stands for them in it. */
function namedTables(sql: string, tables: CatalogueTable[]): Map<string, CatalogueTable> {
  const words = wordsBefore(piecesOf(sql)).map((it) => it.replaceAll('"', '').toLowerCase());
  const found = new Map<string, CatalogueTable>();
  words.forEach((word, i) => {
    const table = tables.find((it) => it.name.toLowerCase() === word);
    if (!table) return;
    found.set(word, table);
    const alias = words[i + 1] === 'as' ? words[i + 2] : words[i + 1];
    if (alias && /^[a-z_]\w*$/.test(alias) && !keywords.has(alias.toUpperCase()))
      found.set(alias, table);
  });
  return found;
}

function columnsOf(tables: Iterable<CatalogueTable>): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const table of tables)
    for (const { name, type } of table.columns) found.set(name, { text: name, kind: type });
  return [...found.values()];
}

/**
 * Null when nothing is to be said here. Without `isAsked` only for a word that is being written, or
 * for the columns behind a point.
 */
export function suggestAt(
  sql: string,
  cursor: number,
  tables: CatalogueTable[],
  isAsked: boolean,
): Suggestions | null {
  const word = /[A-Za-z_]\w*$/.exec(sql.slice(0, cursor))?.[0] ?? '';
  const from = cursor - word.length;
  // In the midst of a word nothing is replaced.
  if (/^\w/.test(sql.slice(cursor))) return null;
  const pieces = piecesOf(sql.slice(0, from));
  const last = pieces.at(-1);
  if (last && isOpen(last)) return null;
  const before = wordsBefore(pieces);
  const named = namedTables(sql, tables);
  let all: Suggestion[];
  if (before.at(-1) === '.') {
    const owner = named.get((before.at(-2) ?? '').replaceAll('"', '').toLowerCase());
    if (!owner) return null;
    all = columnsOf([owner]);
  } else {
    const isTable = beforeTable.has((before.at(-1) ?? '').toUpperCase());
    // One letter says too little, and is often a name of one's own.
    if (word.length < (isTable ? 1 : 2) && !isAsked) return null;
    const tableWords = tables.map((it): Suggestion => ({ text: it.name, kind: 'table' }));
    const columns = columnsOf(named.size > 0 ? named.values() : tables);
    const rest = [
      ...[...keywords].map((text): Suggestion => ({ text, kind: 'keyword' })),
      ...functions.map((text): Suggestion => ({ text: `${text}(`, kind: 'function' })),
    ];
    all = isTable ? tableWords : [...columns, ...tableWords, ...(word === '' ? [] : rest)];
  }
  const start = word.toLowerCase();
  const list = all.filter((it) => it.text.toLowerCase().startsWith(start)).slice(0, listMax);
  const isWhole = list.some((it) => it.text.toLowerCase() === start);
  // What is already written needs no help.
  if (list.length === 0 || (isWhole && !isAsked)) return null;
  return { from, list };
}

/** A text, name or comment that the cursor stands in. */
function isOpen(piece: Piece): boolean {
  const { kind, text } = piece;
  if (kind === 'comment') return text.startsWith('--') || !text.endsWith('*/');
  const mark = kind === 'string' ? "'" : kind === 'quoted' ? '"' : '';
  return mark !== '' && (text.length < 2 || !text.endsWith(mark));
}
