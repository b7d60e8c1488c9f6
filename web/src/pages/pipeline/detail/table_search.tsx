// The search of a table's items: by the key of the table or of an index, with filters, page by page.
import { signal, type Signal } from '@preact/signals';
import { aws, wordsOf } from '../../../api/aws';
import { formatCount } from '../../../ui/format';
import { Glyph } from '../../../ui/glyph';
import { saveFile } from '../../../ui/save_file';
import type { TableResource } from '../resources';
import { columnsOf, plainItem, type Item } from './item_json';
import {
  anythingIn,
  askedFor,
  filterComparisons,
  hasValue,
  keyComparisons,
  keysOf,
  typeIn,
  valueTypes,
  type Asked,
  type Filter,
  type Wanted,
} from './item_search';

const pageSize = 50;
/** With a filter most of a page may be left out: pages are larger, and the next is asked for until
 * something is found. */
const filteredPageSize = 500;
const pagesMax = 20;

interface PageAnswer {
  Items: Item[];
  ScannedCount: number;
  LastEvaluatedKey?: Item;
}

/** One search: its pages so far. */
export class Search {
  readonly items = signal<Item[]>([]);
  readonly scanned = signal(0);
  readonly next = signal<Item | null>(null);
  readonly error = signal('');
  readonly busy = signal(false);
  /** What the form says; it is asked for by start(). */
  readonly form: Signal<Wanted>;
  readonly asked: Signal<Asked>;
  private wanted: Wanted;

  constructor(public table: TableResource) {
    this.wanted = anythingIn(table, '');
    this.form = signal(this.wanted);
    this.asked = signal(askedFor(table, this.wanted));
  }

  /** Whether an item of the answer may be less than the item of the table. */
  get isByIndex(): boolean {
    return this.wanted.index !== '';
  }

  async start(): Promise<void> {
    this.wanted = { ...this.form.value, key: this.form.value.key.trim() };
    await this.again();
  }

  /** What was asked for last, anew. */
  async again(): Promise<void> {
    this.asked.value = askedFor(this.table, this.wanted);
    this.items.value = [];
    this.scanned.value = 0;
    this.next.value = null;
    await this.more();
  }

  async more(): Promise<void> {
    const { operation, input } = this.asked.value;
    const isFiltered = 'FilterExpression' in input;
    const before = this.items.value.length;
    this.busy.value = true;
    this.error.value = '';
    try {
      for (let pages = 0; pages < pagesMax; pages++) {
        const page = await aws<PageAnswer>('dynamodb', operation, {
          Limit: isFiltered ? filteredPageSize : pageSize,
          ...input,
          ...(this.next.value ? { ExclusiveStartKey: this.next.value } : {}),
        });
        this.items.value = [...this.items.value, ...page.Items];
        this.scanned.value += page.ScannedCount;
        this.next.value = page.LastEvaluatedKey ?? null;
        if (!this.next.value || this.items.value.length - before >= pageSize) break;
      }
    } catch (error) {
      this.error.value = wordsOf(error);
    } finally {
      this.busy.value = false;
    }
  }
}

function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange(value: T): void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as T)}
    >
      {options.map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
  );
}

const same = <T extends string>(list: readonly T[]) => list.map((it) => [it, it] as const);

function IndexChoice({ table, wanted }: { table: TableResource; wanted: Signal<Wanted> }) {
  if (table.indexes.length === 0) return null;
  const words = (name: string) => keysOf(table, name).map((key) => key.name);
  const options = ['', ...table.indexes.map(({ name }) => name)].map(
    (name) => [name, `${name || 'the table'} (${words(name).join(', ')})`] as const,
  );
  return (
    <label>
      by{' '}
      <Choice
        label="Table or index"
        value={wanted.value.index}
        options={options}
        onChange={(index) => (wanted.value = anythingIn(table, index, wanted.value.filters))}
      />
    </label>
  );
}

function KeyFields({ table, wanted }: { table: TableResource; wanted: Signal<Wanted> }) {
  const [hash, range] = keysOf(table, wanted.value.index);
  const { key, sort } = wanted.value;
  const set = (change: Partial<Wanted>) => (wanted.value = { ...wanted.value, ...change });
  const setSort = (change: Partial<Wanted['sort']>) => set({ sort: { ...sort, ...change } });
  return (
    <>
      <label>
        {hash!.name}{' '}
        <input
          value={key}
          placeholder="any: it is scanned"
          onInput={(event) => set({ key: event.currentTarget.value })}
        />
      </label>
      {range && key.trim() !== '' && (
        <span class="condition">
          {range.name}{' '}
          <Choice
            label={`How ${range.name} is compared`}
            value={sort.comparison}
            options={same(
              keyComparisons.filter((it) => it !== 'begins with' || range.type === 'S'),
            )}
            onChange={(comparison) => setSort({ comparison })}
          />{' '}
          <input
            aria-label={range.name}
            value={sort.value}
            placeholder="any"
            onInput={(event) => setSort({ value: event.currentTarget.value })}
          />
          {sort.comparison === 'between' && (
            <>
              {' and '}
              <input
                aria-label={`${range.name}, to`}
                value={sort.to}
                onInput={(event) => setSort({ to: event.currentTarget.value })}
              />
            </>
          )}
        </span>
      )}
      {range && key.trim() !== '' && (
        <label class="switch">
          <input
            type="checkbox"
            checked={wanted.value.isDescending}
            onChange={(event) => set({ isDescending: event.currentTarget.checked })}
          />
          last first
        </label>
      )}
    </>
  );
}

function FilterFields({
  filter,
  items,
  onChange,
  onRemove,
}: {
  filter: Filter;
  items: Item[];
  onChange(filter: Filter): void;
  onRemove(): void;
}) {
  const set = (change: Partial<Filter>) => onChange({ ...filter, ...change });
  return (
    <div class="bar-row condition">
      and{' '}
      <input
        aria-label="Attribute"
        list="known-attributes"
        placeholder="attribute"
        value={filter.attribute}
        onInput={(event) => {
          const attribute = event.currentTarget.value;
          set({ attribute, type: typeIn(items, attribute) });
        }}
      />
      <Choice
        label="How it is compared"
        value={filter.comparison}
        options={same(filterComparisons)}
        onChange={(comparison) => set({ comparison })}
      />
      {hasValue(filter.comparison) && (
        <>
          <Choice
            label="What it is"
            value={filter.type}
            options={Object.entries(valueTypes) as [Filter['type'], string][]}
            onChange={(type) => set({ type })}
          />
          <input
            aria-label="Value"
            placeholder="value"
            value={filter.value}
            onInput={(event) => set({ value: event.currentTarget.value })}
          />
        </>
      )}
      {filter.comparison === 'between' && (
        <input
          aria-label="Value, to"
          placeholder="to"
          value={filter.to}
          onInput={(event) => set({ to: event.currentTarget.value })}
        />
      )}
      <button
        type="button"
        class="icon-button small"
        aria-label="Remove the filter"
        onClick={onRemove}
      >
        <Glyph name="close" />
      </button>
    </div>
  );
}

function Filters({ wanted, items }: { wanted: Signal<Wanted>; items: Item[] }) {
  const { filters } = wanted.value;
  const set = (next: Filter[]) => (wanted.value = { ...wanted.value, filters: next });
  return (
    <>
      <datalist id="known-attributes">
        {columnsOf(items, []).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {filters.map((filter, i) => (
        <FilterFields
          key={i}
          filter={filter}
          items={items}
          onChange={(next) => set(filters.map((it, at) => (at === i ? next : it)))}
          onRemove={() => set(filters.filter((_, at) => at !== i))}
        />
      ))}
    </>
  );
}

function Found({ search }: { search: Search }) {
  const { items, scanned, next } = search;
  return (
    <span class="muted" role="status">
      scanned {formatCount(scanned.value)}, found {formatCount(items.value.length)}
      {next.value ? ', there is more' : ''}
    </span>
  );
}

export function SearchForm({ search }: { search: Search }) {
  const { table, form: wanted } = search;
  const begin = (event: Event) => {
    event.preventDefault();
    void search.start();
  };
  const addFilter = () => {
    const fresh: Filter = { attribute: '', comparison: 'is', type: 'S', value: '', to: '' };
    wanted.value = { ...wanted.value, filters: [...wanted.value.filters, fresh] };
  };
  return (
    <form class="search-form" onSubmit={begin}>
      <div class="bar-row">
        <IndexChoice table={table} wanted={wanted} />
        <KeyFields table={table} wanted={wanted} />
        {wanted.value.filters.length === 0 && <SearchButtons search={search} add={addFilter} />}
      </div>
      <Filters wanted={wanted} items={search.items.value} />
      {wanted.value.filters.length > 0 && (
        <div class="bar-row">
          <SearchButtons search={search} add={addFilter} />
        </div>
      )}
    </form>
  );
}

function SearchButtons({ search, add }: { search: Search; add(): void }) {
  const { items, table, busy, form } = search;
  return (
    <>
      <button class="button primary" disabled={busy.value}>
        {form.value.key.trim() === '' ? 'Scan' : 'Query'}
      </button>
      <button type="button" class="button" onClick={add}>
        <Glyph name="plus" />
        Filter
      </button>
      <button
        type="button"
        class="button"
        disabled={items.value.length === 0}
        title="Save the items that are listed"
        onClick={() =>
          saveFile(
            `${table.name}.jsonl`,
            'application/jsonl',
            items.value.map((item) => `${JSON.stringify(plainItem(item))}\n`).join(''),
          )
        }
      >
        <Glyph name="download" />
        JSONL
      </button>
      <Found search={search} />
    </>
  );
}
