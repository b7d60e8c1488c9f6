// A table: query and scan, page by page, one item to read, change or delete.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { signal } from '@preact/signals';
import { aws, wordsOf } from '../../../api/aws';
import { safeName } from '../../../fleet/filter';
import { formatBytes, formatCount } from '../../../ui/format';
import { Glyph } from '../../../ui/glyph';
import { saveFile } from '../../../ui/save_file';
import type { TableResource } from '../resources';
import { resources } from '../state';
import { Commands, DetailFrame, Facts } from './frame';
import {
  columnsOf,
  itemOfText,
  plainItem,
  plainValue,
  textOfItem,
  type AttributeValue,
  type Item,
} from './item_json';

const pageSize = 50;
const columnsShown = 12;

interface PageAnswer {
  Items: Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
}

/** One search: its pages so far. */
class Search {
  readonly items = signal<Item[]>([]);
  readonly scanned = signal(0);
  readonly next = signal<Item | null>(null);
  readonly error = signal('');
  readonly busy = signal(false);
  private input: object = {};
  private operation = 'Scan';

  constructor(readonly table: TableResource) {}

  /** With a key value it is a Query, without one a Scan. */
  async start(keyValue: string, sortPrefix: string): Promise<void> {
    const [hash, range] = this.table.keys;
    if (keyValue === '') {
      this.operation = 'Scan';
      this.input = {};
    } else {
      const typed = (type: string, text: string): AttributeValue => ({ [type]: text });
      const withSort = range !== undefined && sortPrefix !== '';
      const sort = range?.type === 'S' ? ' AND begins_with(#r, :r)' : ' AND #r = :r';
      this.operation = 'Query';
      this.input = {
        KeyConditionExpression: `#h = :h${withSort ? sort : ''}`,
        ExpressionAttributeNames: { '#h': hash!.name, ...(withSort ? { '#r': range.name } : {}) },
        ExpressionAttributeValues: {
          ':h': typed(hash!.type, keyValue),
          ...(withSort ? { ':r': typed(range.type, sortPrefix) } : {}),
        },
        ScanIndexForward: false,
      };
    }
    this.items.value = [];
    this.scanned.value = 0;
    this.next.value = null;
    await this.more();
  }

  async more(): Promise<void> {
    this.busy.value = true;
    try {
      const page = await aws<PageAnswer>('dynamodb', this.operation, {
        TableName: this.table.name,
        Limit: pageSize,
        ...this.input,
        ...(this.next.value ? { ExclusiveStartKey: this.next.value } : {}),
      });
      this.items.value = [...this.items.value, ...page.Items];
      this.scanned.value += page.ScannedCount;
      this.next.value = page.LastEvaluatedKey ?? null;
      this.error.value = '';
    } catch (error) {
      this.error.value = wordsOf(error);
    } finally {
      this.busy.value = false;
    }
  }
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

function cellText(value: AttributeValue | undefined): string {
  if (!value) return '';
  const plain = plainValue(value);
  return safeName(
    (typeof plain === 'object' ? JSON.stringify(plain) : String(plain)).slice(0, 200),
  );
}

function SearchForm({ search }: { search: Search }) {
  const key = useSignal('');
  const sort = useSignal('');
  const [hash, range] = search.table.keys;
  const begin = (event: Event) => {
    event.preventDefault();
    void search.start(key.value.trim(), sort.value.trim());
  };
  return (
    <form class="bar-row" onSubmit={begin}>
      <label>
        {hash!.name}{' '}
        <input
          value={key.value}
          placeholder="any: the table is scanned"
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
      </label>
      {range && (
        <label>
          {range.name} {range.type === 'S' ? 'begins with' : 'is'}{' '}
          <input
            value={sort.value}
            disabled={key.value.trim() === ''}
            onInput={(event) => (sort.value = event.currentTarget.value)}
          />
        </label>
      )}
      <button class="button primary" disabled={search.busy.value}>
        {key.value.trim() === '' ? 'Scan' : 'Query'}
      </button>
      <button
        type="button"
        class="button"
        disabled={search.items.value.length === 0}
        title="Save the items that are listed"
        onClick={() =>
          saveFile(
            `${search.table.name}.jsonl`,
            'application/jsonl',
            search.items.value.map((item) => `${JSON.stringify(plainItem(item))}\n`).join(''),
          )
        }
      >
        <Glyph name="download" />
        JSONL
      </button>
      <span class="muted" role="status">
        scanned {formatCount(search.scanned.value)}, found {formatCount(search.items.value.length)}
        {search.next.value ? ', there is more' : ''}
      </span>
    </form>
  );
}

function ItemTable({ search, chosen }: { search: Search; chosen: Signal<Item | null> }) {
  const items = search.items.value;
  const columns = columnsOf(
    items,
    search.table.keys.map((key) => key.name),
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
      {items.length === 0 && !search.busy.value && <p class="list-empty">No item was found.</p>}
      {search.next.value && (
        <button class="button" disabled={search.busy.value} onClick={() => void search.more()}>
          Continue
        </button>
      )}
    </div>
  );
}

function Items({ table }: { table: TableResource }) {
  const search = useMemo(() => new Search(table), [table.name]);
  const chosen = useSignal<Item | null>(null);
  useEffect(() => {
    void search.start('', '');
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
          <ItemEditor
            key={textOfItem(chosen.value)}
            table={table}
            item={chosen.value}
            onDone={(changed) => {
              chosen.value = null;
              if (changed) void search.start('', '');
            }}
          />
        )}
      </div>
    </div>
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
          id: 'config',
          label: 'Config',
          body: () => (
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
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['Some items', `aws dynamodb scan --table-name ${name} --max-items 10`],
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
