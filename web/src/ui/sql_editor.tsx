// The code editor for SQL.
import { CodeEditor, type CodeProps } from './code_editor';
import { piecesOf } from './sql_words';

export function SqlEditor(props: CodeProps) {
  return <CodeEditor {...props} pieces={piecesOf(props.value)} />;
}
