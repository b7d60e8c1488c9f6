// Splits the code of a function into pieces for colouring: JavaScript, Python and the shell, by the
// file's name. Pure; every character of the text is in exactly one piece.
import type { Piece, PieceKind } from './sql_words';

const words = (text: string) => new Set(text.split(' '));
const javascript = words(
  'await async break case catch class const continue default delete do else export extends false ' +
    'finally for from function if import in instanceof let new null of return static super switch ' +
    'this throw true try typeof undefined var void while yield',
);
const python = words(
  'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try while ' +
    'with yield',
);
const shell = words(
  'case do done elif else esac exit export fi for function if in local return set then until while',
);
const json = words('true false null');

const slashes =
  /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`(?:[^`\\]|\\[\s\S])*`?)|(\b\d[\w.]*)|([A-Za-z_$][\w$]*)|([\s\S])/g;
const hashes =
  /(#[^\n]*)|("""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)|(\b\d[\w.]*)|([A-Za-z_]\w*)|([\s\S])/g;

function languageOf(path: string): [RegExp, Set<string>] | null {
  if (/\.(js|mjs|cjs|ts)$/.test(path)) return [slashes, javascript];
  if (/\.py$/.test(path)) return [hashes, python];
  if (/\.json$/.test(path)) return [slashes, json];
  if (/\.(sh|toml|ya?ml)$|(^|\/)bootstrap$/.test(path)) return [hashes, shell];
  return null;
}

export function piecesOfCode(text: string, path: string): Piece[] {
  const language = languageOf(path);
  if (!language) return text === '' ? [] : [{ kind: 'other', text }];
  const [pattern, keywords] = language;
  const pieces: Piece[] = [];
  for (const [piece, comment, string, number, word] of text.matchAll(pattern)) {
    const kind: PieceKind = comment
      ? 'comment'
      : string
        ? 'string'
        : number
          ? 'number'
          : word && keywords.has(word)
            ? 'keyword'
            : 'other';
    const last = pieces.at(-1);
    if (kind === 'other' && last?.kind === 'other') last.text += piece;
    else pieces.push({ kind, text: piece });
  }
  return pieces;
}
