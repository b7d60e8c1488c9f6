// The archive's databases, tables and columns: what one can ask for.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { loadArchives } from '../pipeline/load_stores';
import type { ArchiveResource } from '../pipeline/resources';
import { safeName } from '../../fleet/filter';
import { Glyph } from '../../ui/glyph';

/** Null until they have been read. */
export const tables = signal<ArchiveResource[] | null>(null);

async function read(): Promise<void> {
  try {
    tables.value = await loadArchives();
  } catch {
    // The catalogue may be had later; queries work without the tree.
  }
}

interface Props {
  onTable(name: string): void;
  onColumn(name: string): void;
}

function Table({ it, onTable, onColumn }: { it: ArchiveResource } & Props) {
  return (
    <details class="schema-table">
      <summary>
        <Glyph name="table" />
        <span title={it.location}>{safeName(it.name)}</span>
        <span class="muted">{it.columns.length}</span>
      </summary>
      <ul>
        {it.columns.map((column) => (
          <li key={column.name}>
            <button title="Put it at the cursor" onClick={() => onColumn(column.name)}>
              <span>{safeName(column.name)}</span>
              <code>{column.type}</code>
            </button>
          </li>
        ))}
      </ul>
      <button class="text-button" onClick={() => onTable(it.name)}>
        Its first rows
      </button>
    </details>
  );
}

export function SchemaTree({ onTable, onColumn }: Props) {
  useEffect(() => void read(), []);
  const list = tables.value;
  if (!list) return null;
  const databases = [...new Set(list.map((it) => it.database))];
  return (
    <section class="schema-tree" aria-label="Tables">
      <h2>Tables</h2>
      {list.length === 0 && (
        <p class="muted">The catalogue is empty: make a table with CREATE EXTERNAL TABLE.</p>
      )}
      {databases.map((database) => (
        <div key={database}>
          {databases.length > 1 && <p class="muted">{safeName(database)}</p>}
          {list
            .filter((it) => it.database === database)
            .map((it) => (
              <Table key={it.name} it={it} onTable={onTable} onColumn={onColumn} />
            ))}
        </div>
      ))}
    </section>
  );
}
