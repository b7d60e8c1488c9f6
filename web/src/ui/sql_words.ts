// Splits SQL into pieces for colouring. Pure; every character of the text is in exactly one piece.
export type PieceKind = 'word' | 'keyword' | 'string' | 'number' | 'comment' | 'quoted' | 'other';

export interface Piece {
  kind: PieceKind;
  text: string;
}

export const keywords = new Set(
  (
    'SELECT STREAM FROM WHERE GROUP BY ORDER HAVING LIMIT AS AND OR NOT NULL IS IN BETWEEN LIKE ' +
    'CREATE REPLACE PUMP INSERT INTO VALUES TABLE EXTERNAL ROW FORMAT SERDE LOCATION WITH UNION ALL ' +
    'DISTINCT CASE WHEN THEN ELSE END CAST INTERVAL SECOND MINUTE HOUR DAY FLOOR STEP TO JOIN LEFT ' +
    'INNER ON OVER PARTITION RANGE ROWS PRECEDING WINDOW ASC DESC COUNT SUM MIN MAX AVG VARCHAR ' +
    'INTEGER BIGINT DOUBLE TIMESTAMP BOOLEAN REAL DECIMAL TRUE FALSE SHOW DESCRIBE DROP'
  ).split(' '),
);
const pattern =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?)|("(?:[^"]|"")*"?)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)|([\s\S])/g;

export function piecesOf(sql: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [text, comment, string, quoted, number, word] of sql.matchAll(pattern)) {
    const kind: PieceKind = comment
      ? 'comment'
      : string
        ? 'string'
        : quoted
          ? 'quoted'
          : number
            ? 'number'
            : word
              ? keywords.has(word.toUpperCase())
                ? 'keyword'
                : 'word'
              : 'other';
    const last = pieces.at(-1);
    if (kind === 'other' && last?.kind === 'other') last.text += text;
    else pieces.push({ kind, text });
  }
  return pieces;
}

/** The statement that the cursor stands in, or behind: what a semicolon ends. */
export function statementAt(sql: string, cursor: number): string {
  let from = 0;
  let at = 0;
  let before = '';
  for (const { kind, text } of piecesOf(sql)) {
    for (let i = text.indexOf(';'); kind === 'other' && i >= 0; i = text.indexOf(';', i + 1)) {
      const statement = sql.slice(from, at + i).trim();
      if (statement !== '' && cursor <= at + i + 1) return statement;
      if (statement !== '') before = statement;
      from = at + i + 1;
    }
    at += text.length;
  }
  return sql.slice(from).trim() || before;
}

export interface Place {
  line: number;
  column: number;
}

/** Where an error message says that the mistake is: "line 3, column 5", "line 3:5"; null if not. */
export function placeIn(message: string): Place | null {
  const found = /line\s+(\d+)\s*(?:[:,]\s*(?:col(?:umn)?\.?\s*)?(\d+))?/i.exec(message);
  if (!found) return null;
  return { line: Number(found[1]), column: Number(found[2] ?? 1) };
}

/** The offset of a place in `text`, and how long the word there is. */
export function spanAt(text: string, place: Place): { from: number; length: number } | null {
  const lines = text.split('\n');
  const line = lines[place.line - 1];
  if (line === undefined) return null;
  const before = lines.slice(0, place.line - 1).reduce((sum, it) => sum + it.length + 1, 0);
  const column = Math.min(Math.max(0, place.column - 1), Math.max(0, line.length - 1));
  const word = /^("[^"]*"|'[^']*'|\w+|\S)/.exec(line.slice(column));
  return { from: before + column, length: Math.max(1, word?.[0].length ?? 1) };
}
