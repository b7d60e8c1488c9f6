// A table: its items, one of them to read, change or delete; its keys and indexes.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { aws, wordsOf } from '../../../api/aws';
import { safeName } from '../../../fleet/filter';
import { formatBytes, formatCount } from '../../../ui/format';
import { nodeId } from '../graph';
import type { IndexResource, TableResource } from '../resources';
import { resources } from '../state';
import { Commands, DetailFrame, Facts, NotYet, useAsked } from './frame';
import {
  columnsOf,
  exampleItem,
  itemOfText,
  plainValue,
  textOfItem,
  type AttributeValue,
  type Item,
} from './item_json';
import { commandOf, keysOf } from './item_search';
import { asBytes, asNumber, KeptCharts } from './kept_charts';
import { Search, SearchForm } from './table_search';

const columnsShown = 12;
/** By table; kept while one looks at another tab or page. */
const searches = new Map<string, Search>();

function searchOf(table: TableResource): Search {
  const search = searches.get(table.name) ?? new Search(table);
  search.table = table;
  searches.set(table.name, search);
  return search;
}

function keyOf(table: TableResource, item: Item): Item {
  return Object.fromEntries(table.keys.map((key) => [key.name, item[key.name]!]));
}

function ItemEditor({
  table,
  item,
  onDone,
}: {
  table: TableResource;
  item: Item;
  onDone(changed: boolean): void;
}) {
  const text = useSignal(textOfItem(item));
  const error = useSignal('');
  const work = async (operation: string, input: () => object) => {
    try {
      await aws('dynamodb', operation, { TableName: table.name, ...input() });
      onDone(true);
    } catch (problem) {
      error.value = wordsOf(problem);
    }
  };
  return (
    <aside class="record" aria-label="Item">
      <header>
        <b>Item</b>
        <span class="nav-space" />
        <button class="text-button" onClick={() => onDone(false)}>
          Close
        </button>
      </header>
      <textarea
        aria-label="Item as JSON"
        spellcheck={false}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      <div class="bar-row">
        <button
          class="button primary"
          disabled={text.value === textOfItem(item)}
          onClick={() => void work('PutItem', () => ({ Item: itemOfText(text.value, item) }))}
        >
          Save
        </button>
        <span class="nav-space" />
        <button
          class="button danger"
          onClick={() => void work('DeleteItem', () => ({ Key: keyOf(table, item) }))}
        >
          Delete
        </button>
      </div>
    </aside>
  );
}

/** What an index holds of an item may not be all of it. */
function WholeItem({ table, item, onDone }: Parameters<typeof ItemEditor>[0]) {
  const key = keyOf(table, item);
  const { answer, error } = useAsked(
    () =>
      aws<{ Item?: Item }>('dynamodb', 'GetItem', {
        TableName: table.name,
        Key: key,
        ConsistentRead: true,
      }),
    0,
    JSON.stringify(key),
  );
  if (error.value !== '') return <p class="notice">{error.value}</p>;
  if (answer.value === null) return <aside class="record" aria-busy="true" />;
  if (!answer.value.Item) return <p class="notice">The item is no longer there.</p>;
  return <ItemEditor table={table} item={answer.value.Item} onDone={onDone} />;
}

function cellText(value: AttributeValue | undefined): string {
  if (!value) return '';
  const plain = plainValue(value);
  return safeName(
    (typeof plain === 'object' ? JSON.stringify(plain) : String(plain)).slice(0, 200),
  );
}

function ItemTable({ search, chosen }: { search: Search; chosen: Signal<Item | null> }) {
  const items = search.items.value;
  const columns = columnsOf(
    items,
    [...search.table.keys, ...keysOf(search.table, search.form.value.index)].map((key) => key.name),
  );
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Items">
      <table class="plain items">
        <thead>
          <tr>
            {columns.slice(0, columnsShown).map((name) => (
              <th key={name}>{safeName(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, i) => (
            <tr key={i} class={chosen.value === item ? 'on' : ''}>
              {columns.slice(0, columnsShown).map((name, column) => (
                <td key={name}>
                  {column === 0 ? (
                    <button class="text-button" onClick={() => (chosen.value = item)}>
                      {cellText(item[name])}
                    </button>
                  ) : (
                    cellText(item[name])
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {items.length === 0 && !search.busy.value && search.table.items > 0 && (
        <p class="list-empty">No item was found.</p>
      )}
      {items.length === 0 && !search.busy.value && search.table.items === 0 && (
        <NotYet
          words="It has no item. A function of the pipeline writes them, or this:"
          command={
            `aws dynamodb put-item --table-name ${search.table.name} ` +
            `--item '${JSON.stringify(exampleItem(search.table.keys))}'`
          }
        />
      )}
      {search.next.value && (
        <button class="button" disabled={search.busy.value} onClick={() => void search.more()}>
          Continue
        </button>
      )}
    </div>
  );
}

function Items({ table }: { table: TableResource }) {
  const search = searchOf(table);
  const chosen = useSignal<Item | null>(null);
  const Editor = search.isByIndex ? WholeItem : ItemEditor;
  useEffect(() => {
    void search.again();
  }, [search]);
  return (
    <div class="tail">
      <SearchForm search={search} />
      {search.error.value !== '' && (
        <p class="notice" role="alert">
          {search.error.value}
        </p>
      )}
      <div class={`tail-body ${chosen.value ? 'with-record' : ''}`}>
        <ItemTable search={search} chosen={chosen} />
        {chosen.value && (
          <Editor
            key={textOfItem(chosen.value)}
            table={table}
            item={chosen.value}
            onDone={(changed) => {
              chosen.value = null;
              if (changed) void search.again();
            }}
          />
        )}
      </div>
    </div>
  );
}

function Indexes({ list }: { list: IndexResource[] }) {
  if (list.length === 0) return <p class="muted">It has no index.</p>;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th>Index</th>
          <th>Kind</th>
          <th>Keys</th>
          <th>Holds</th>
          <th>State</th>
        </tr>
      </thead>
      <tbody>
        {list.map((it) => (
          <tr key={it.name}>
            <td>{it.name}</td>
            <td>{it.isGlobal ? 'global' : 'local'}</td>
            <td>{it.keys.map((key) => `${key.name} (${key.type})`).join(', ')}</td>
            <td>{it.holds}</td>
            <td>{it.status}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function TableDetail({ name }: { name: string }) {
  const table = resources.value.tables.find((it) => it.name === name);
  if (!table) return null;
  const hash = table.keys[0]?.name ?? 'Name';
  return (
    <DetailFrame
      kind="table"
      name={name}
      arn={table.arn}
      state={table.status}
      tabs={[
        { id: 'items', label: 'Live data', body: () => <Items table={table} /> },
        {
          id: 'metrics',
          label: 'Metrics',
          body: () => (
            <KeptCharts
              node={nodeId('table', name)}
              charts={[
                { figure: 'items', label: 'Items', format: asNumber },
                { figure: 'bytes', label: 'Size', format: asBytes },
              ]}
            />
          ),
        },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <>
              <Facts
                facts={[
                  ['Items', formatCount(table.items)],
                  ['Size', formatBytes(table.bytes)],
                  ...table.keys.map((key): [string, string] => [
                    key.kind === 'HASH' ? 'Partition key' : 'Sort key',
                    `${key.name} (${key.type})`,
                  ]),
                ]}
              />
              <Indexes list={table.indexes} />
            </>
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['What was looked for last', commandOf(searchOf(table).asked.value)],
                [
                  'Items of one key',
                  `aws dynamodb query --table-name ${name} --key-condition-expression '#k = :k' ` +
                    `--expression-attribute-names '{"#k":"${hash}"}' ` +
                    `--expression-attribute-values '{":k":{"S":"Shadowfax"}}'`,
                ],
                ['What it is', `aws dynamodb describe-table --table-name ${name}`],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
