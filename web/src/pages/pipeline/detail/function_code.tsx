// The code of a function: its text files, changed in the page and put in place.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { wordsOf } from '../../../api/aws';
import { CodeEditor } from '../../../ui/code_editor';
import { piecesOfCode } from '../../../ui/code_words';
import { formatBytes } from '../../../ui/format';
import type { FunctionResource } from '../resources';
import { refresh } from '../state';
import { loadPackage, savePackage, type CodeFile, type Package } from './function_package';

/** By function, then by path; kept while one looks at another tab or page. */
const drafts = new Map<string, Map<string, string>>();

/** The file that is likely to hold the handler. */
function firstFile(files: CodeFile[], handler: string): string {
  const stem = handler.slice(0, handler.lastIndexOf('.'));
  const texts = files.filter(({ text }) => text !== null);
  const main = texts.find(({ path }) => path.replace(/\.\w+$/, '') === stem);
  return (main ?? texts[0] ?? files[0])?.path ?? '';
}

function FileList({
  files,
  changes,
  current,
  onChoose,
}: {
  files: CodeFile[];
  changes: ReadonlyMap<string, string>;
  current: string;
  onChoose(path: string): void;
}) {
  return (
    <div class="code-files views" role="group" aria-label="Files">
      {files.map(({ path }) => (
        <button key={path} aria-pressed={path === current} onClick={() => onChoose(path)}>
          {path}
          {changes.has(path) && <span title="not saved yet"> •</span>}
        </button>
      ))}
    </div>
  );
}

/** The package as the server has it, and what was typed over it. */
function usePackage(fn: FunctionResource) {
  const found = useSignal<Package | null>(null);
  const error = useSignal('');
  const saved = useSignal('');
  const busy = useSignal(false);
  const changes = useSignal<ReadonlyMap<string, string>>(drafts.get(fn.name) ?? new Map());
  const setChanges = (next: Map<string, string>) => {
    changes.value = next;
    if (next.size > 0) drafts.set(fn.name, next);
    else drafts.delete(fn.name);
  };
  const attempt = async (work: () => Promise<void>) => {
    busy.value = true;
    error.value = '';
    saved.value = '';
    try {
      await work();
    } catch (problem) {
      error.value = wordsOf(problem);
    } finally {
      busy.value = false;
    }
  };
  const load = () =>
    attempt(async () => {
      found.value = await loadPackage(fn.name);
    });
  const save = () =>
    attempt(async () => {
      if (!found.value || changes.value.size === 0) return;
      found.value = await savePackage(fn.name, found.value, changes.value);
      setChanges(new Map());
      saved.value = 'Saved; the next invocation runs the new code.';
      await refresh();
    });
  const type = (file: CodeFile, text: string) => {
    const next = new Map(changes.value);
    if (text === file.text) next.delete(file.path);
    else next.set(file.path, text);
    setChanges(next);
    saved.value = '';
  };
  return {
    found,
    error,
    saved,
    busy,
    changes,
    load,
    save,
    type,
    undo: () => setChanges(new Map()),
  };
}

function Editor({
  file,
  text,
  onInput,
  onSave,
}: {
  file: CodeFile | undefined;
  text: string | null;
  onInput(value: string): void;
  onSave(): void;
}) {
  const pieces = useMemo(() => piecesOfCode(text ?? '', file?.path ?? ''), [text, file?.path]);
  if (!file || text === null)
    return <p class="muted">It is no text, or too large to be changed here; it stays as it is.</p>;
  return (
    <CodeEditor
      key={file.path}
      id="function-code"
      label={`Code in ${file.path}`}
      value={text}
      pieces={pieces}
      indents
      onInput={onInput}
      onRun={onSave}
    />
  );
}

export function FunctionCode({ fn }: { fn: FunctionResource }) {
  const { found, error, saved, busy, changes, load, save, type, undo } = usePackage(fn);
  const chosen = useSignal('');
  useEffect(() => void load(), [fn.name]);
  const files = found.value?.files ?? [];
  const path = chosen.value !== '' ? chosen.value : firstFile(files, fn.handler);
  const file = files.find((it) => it.path === path);
  const text = changes.value.get(path) ?? file?.text ?? null;
  const isChanged = changes.value.size > 0;
  return (
    <div class="code">
      {files.length > 1 && (
        <FileList
          files={files}
          changes={changes.value}
          current={path}
          onChoose={(next) => (chosen.value = next)}
        />
      )}
      {found.value === null && error.value === '' && <p class="muted">Reading the package…</p>}
      {found.value !== null && (
        <Editor
          file={file}
          text={text}
          onInput={(value) => file && type(file, value)}
          onSave={() => void save()}
        />
      )}
      <div class="bar-row">
        <button
          class="button primary"
          disabled={!isChanged || busy.value || found.value === null}
          onClick={() => void save()}
        >
          Save
        </button>
        <button class="button" disabled={!isChanged || busy.value} onClick={undo}>
          Undo changes
        </button>
        <span class="muted" role="status">
          {busy.value && found.value !== null && 'The function takes the new code…'}
          {!busy.value &&
            (saved.value || (isChanged ? 'not saved yet' : formatBytes(fn.codeBytes)))}
        </span>
      </div>
      {error.value !== '' && (
        <div class="answer-error" role="alert">
          <pre>{error.value}</pre>
          {!busy.value && (
            <button class="button" onClick={() => void load()}>
              Read the package again
            </button>
          )}
        </div>
      )}
    </div>
  );
}
