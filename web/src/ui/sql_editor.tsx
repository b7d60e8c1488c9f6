// The code editor for SQL; with a catalogue it completes what is written.
import { CodeEditor, type CodeProps } from './code_editor';
import { suggestAt, type CatalogueTable } from './sql_completion';
import { piecesOf } from './sql_words';

export function SqlEditor({
  tables,
  ...props
}: CodeProps & { tables?: CatalogueTable[] | undefined }) {
  const suggest = tables
    ? (text: string, cursor: number, isAsked: boolean) => suggestAt(text, cursor, tables, isAsked)
    : undefined;
  return <CodeEditor {...props} pieces={piecesOf(props.value)} suggest={suggest} />;
}
