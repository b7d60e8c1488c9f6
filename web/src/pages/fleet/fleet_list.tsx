// The list beside the map, which is also its accessible twin: search, chips, sorting, keyboard.
import { hovered, listed, listView, pulse, select, selected, shownStore } from '../../app/state';
import {
  chipStatus,
  listedRows,
  listedStatus,
  safeName,
  type Chip,
  type SortKey,
} from '../../fleet/filter';
import { formatSpeed, speedUnit } from '../../app/units';
import { Status, lowBelow, statusWords, watchBelow } from '../../fleet/status';
import type { FleetStore } from '../../fleet/store';
import { formatAge, formatCount, formatPoints } from '../../ui/format';
import { Command } from '../../ui/command';
import { Glyph, type GlyphName } from '../../ui/glyph';
import { program } from '../../ui/program';
import { VirtualRows } from '../../ui/virtual_rows';

const rowHeight = 36;
const headHeight = 30;
const chips: [Chip, string][] = [
  ['low', 'Low'],
  ['watch', 'Watch'],
  ['ok', 'OK'],
  ['stale', 'Stale'],
  ['lost', 'Lost'],
];
const columns: [SortKey, string, string][] = [
  ['status', '!', 'Sort by urgency'],
  ['name', 'Unicorn', 'Sort by name'],
  ['health', 'HP', 'Sort by health'],
  ['magic', 'MP', 'Sort by magic'],
  ['speed', 'mph', 'Sort by speed'],
  ['age', 'Age', 'Sort by age of the report'],
];
const glyphs: Record<Status, GlyphName> = {
  [Status.Ok]: 'ok',
  [Status.Watch]: 'watch',
  [Status.Low]: 'low',
  [Status.Stale]: 'stale',
  [Status.Lost]: 'lost',
};

export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('#search')?.focus();
}

/** Selects the row `by` steps below the selected one in the list. */
export function selectStep(by: number): void {
  const store = shownStore.value;
  if (!store) return;
  // Not the list as it was at the last pulse: a unicorn may have come since.
  const rows = listedRows(store, listView.value);
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => store.names[row] === selected.value);
  const next =
    at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  select(store.names[rows[next]!]!);
}

function toggleChip(chip: Chip): void {
  const next = new Set(listView.value.chips);
  if (!next.delete(chip)) next.add(chip);
  listView.value = { ...listView.value, chips: next };
}

function sortBy(sort: SortKey): void {
  const { sort: current, descending } = listView.value;
  listView.value = { ...listView.value, sort, descending: sort === current && !descending };
}

function Chips({ store }: { store: FleetStore }) {
  pulse.value;
  const counts = [0, 0, 0, 0, 0];
  for (let row = 0; row < store.count; row++) counts[listedStatus(store, row)]!++;
  return (
    <div class="chips" role="group" aria-label="Show only">
      {chips.map(([chip, label]) => {
        const count = counts[chipStatus[chip]]!;
        const on = listView.value.chips.has(chip);
        return (
          <button
            key={chip}
            class={`chip chip-${chip} ${count === 0 && !on ? 'none' : ''}`}
            aria-pressed={on}
            onClick={() => toggleChip(chip)}
          >
            <Glyph name={glyphs[chipStatus[chip]]} />
            {label} <b>{formatCount(count)}</b>
          </button>
        );
      })}
    </div>
  );
}

function pointsClass(points: number): string {
  return points < lowBelow ? 'low' : points < watchBelow ? 'watch' : '';
}

function Row({
  store,
  row,
  top,
  index,
}: {
  store: FleetStore;
  row: number;
  top: number;
  index: number;
}) {
  pulse.value;
  const c = store.column;
  const name = store.names[row]!;
  const status = listedStatus(store, row);
  const old = status >= Status.Stale;
  const marks = [selected.value === name && 'selected', hovered.value === name && 'hovered']
    .filter(Boolean)
    .join(' ');
  return (
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected.value === name}
      class={`row status-${Status[status].toLowerCase()} ${marks}`}
      style={{ top: `${top}px` }}
      onClick={() => select(name)}
      onPointerEnter={() => {
        hovered.value = name;
      }}
      onPointerLeave={() => {
        hovered.value = null;
      }}
    >
      <span role="gridcell" class="cell-status" title={statusWords[status]}>
        <Glyph name={glyphs[status]} />
        <span class="visually-hidden">{statusWords[status]}</span>
      </span>
      <span role="gridcell" class="cell-name">
        <span class="name">{safeName(name)}</span>
      </span>
      <span role="gridcell" class={old ? '' : pointsClass(c.health[row]!)}>
        {formatPoints(c.health[row]!)}
      </span>
      <span role="gridcell" class={old ? '' : pointsClass(c.magic[row]!)}>
        {formatPoints(c.magic[row]!)}
      </span>
      <span role="gridcell">{formatSpeed(c.speed[row]!).split(' ')[0]}</span>
      <span role="gridcell" class={old ? 'old' : 'muted'}>
        {formatAge(store.now() - c.seenMillis[row]!)}
      </span>
    </div>
  );
}

function SearchField() {
  return (
    <label class="search">
      <Glyph name="search" />
      <input
        id="search"
        type="search"
        placeholder="Search unicorns"
        autocomplete="off"
        spellcheck={false}
        aria-label="Search unicorns"
        value={listView.value.search}
        onInput={(event) => {
          listView.value = { ...listView.value, search: event.currentTarget.value };
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'Enter')
            selectStep(event.key === 'Enter' ? 0 : 1);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}

function ColumnHeads() {
  const { sort, descending } = listView.value;
  const direction = descending ? 'descending' : 'ascending';
  return (
    <div class="heads" role="row" aria-rowindex={1}>
      {columns.map(([key, label, title]) => {
        const text = key === 'speed' ? speedUnit.value : label;
        return (
          <span key={key} role="columnheader" aria-sort={sort === key ? direction : 'none'}>
            <button
              title={title}
              class={sort === key ? 'sorted' : ''}
              onClick={() => sortBy(key)}
              aria-label={`${text}: ${title}`}
            >
              {text}
              {sort === key && <span aria-hidden="true">{descending ? ' ↓' : ' ↑'}</span>}
            </button>
          </span>
        );
      })}
    </div>
  );
}

function clearFilter(): void {
  listView.value = { ...listView.value, search: '', chips: new Set() };
  focusSearch();
}

/** What is looked for: ““shadow” among Low and Stale”. */
function filterWords(): string {
  const { search, chips: on } = listView.value;
  const labels = chips.filter(([chip]) => on.has(chip)).map(([, label]) => label);
  const text = search.trim() === '' ? '' : `“${safeName(search.trim().slice(0, 60))}”`;
  return [text, labels.join(' or ')].filter(Boolean).join(' among ');
}

function EmptyList({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <div class="list-empty" role="status">
        <p>No unicorn matches {filterWords()}.</p>
        <button class="button" onClick={clearFilter}>
          <Glyph name="close" />
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <div class="list-empty">
      <p>No unicorn has reported since the page was opened. This starts one:</p>
      <Command text={`${program()} producer`} />
    </div>
  );
}

export function FleetList() {
  const store = shownStore.value;
  const rows = listed.value;
  pulse.value;
  const at = store ? rows.findIndex((row) => store.names[row] === selected.value) : -1;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    selectStep(step);
  };
  const lost = store ? store.countByStatus()[Status.Lost]! : 0;
  return (
    <section class="list" aria-label="Unicorns">
      <SearchField />
      {store && <Chips store={store} />}
      {store && rows.length > 0 ? (
        <VirtualRows
          count={rows.length}
          rowHeight={rowHeight}
          label="Unicorns"
          head={<ColumnHeads />}
          headHeight={headHeight}
          reveal={at}
          activeId={at >= 0 ? `row-${at}` : undefined}
          onKeyDown={onKeyDown}
          row={(index, top) => (
            <Row
              key={store.names[rows[index]!]}
              store={store}
              row={rows[index]!}
              top={top}
              index={index}
            />
          )}
        />
      ) : (
        <EmptyList isFiltered={store !== null && store.count > 0} />
      )}
      {store && lost > 0 && (
        <footer class="lost-bar">
          <span>{formatCount(lost)} lost: silent for 30 s, no longer on the map</span>
          <button class="text-button" onClick={() => store.dismissLost(store.now())}>
            Dismiss
          </button>
        </footer>
      )}
    </section>
  );
}
