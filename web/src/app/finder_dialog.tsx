// Ctrl+K: one field that finds unicorns, parts of the pipeline, places and actions.
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { safeName } from '../fleet/filter';
import { resources } from '../pages/pipeline/state';
import { loadResources } from '../pages/pipeline/load';
import { graphOf } from '../pages/pipeline/graph';
import { kindWords } from '../pages/pipeline/figures';
import { kindGlyphs } from '../pages/pipeline/picture';
import { Dialog } from '../ui/dialog';
import { Glyph, type GlyphName } from '../ui/glyph';
import { found, type Entry } from './finder';
import { goTo } from './router';
import {
  drawerOpen,
  feed,
  finderOpen,
  follow,
  helpOpen,
  replay,
  rulesOpen,
  select,
  settingsOpen,
} from './state';
import { nextTheme } from './theme';

const text = signal('');
const at = signal(0);
const parts = signal<Entry[]>([]);

function place(
  target: 'fleet' | 'pipeline' | 'query' | 'activity' | 'access',
  words: string,
): Entry {
  return { words, kind: 'Page', glyph: 'start', run: () => goTo(target) };
}

const fixed: Entry[] = [
  place('fleet', 'Fleet'),
  place('pipeline', 'Pipeline'),
  place('query', 'Query the archive'),
  place('activity', 'Activity'),
  place('access', 'Access'),
  { words: 'Alerts', kind: 'Action', glyph: 'bell', run: () => (drawerOpen.value = true) },
  {
    words: 'Alert rules and webhook',
    kind: 'Action',
    glyph: 'gear',
    run: () => (rulesOpen.value = true),
  },
  { words: 'Light or dark colours', kind: 'Action', glyph: 'auto', run: nextTheme },
  {
    words: 'Configure the dashboard',
    kind: 'Action',
    glyph: 'gear',
    run: () => (settingsOpen.value = true),
  },
  { words: 'Keys', kind: 'Action', glyph: 'help', run: () => (helpOpen.value = true) },
  { words: 'Back to live', kind: 'Action', glyph: 'play', run: () => replay.end() },
];

function unicornEntry(name: string): Entry {
  return {
    words: name,
    kind: 'Unicorn',
    glyph: 'unicorns',
    run: () => {
      goTo('fleet', { sel: name, follow: '1' });
      select(name);
      follow.value = true;
    },
  };
}

/** Spread: the types ask such a field for a datalist, which could not hold glyphs. */
const combobox: object = { role: 'combobox', 'aria-expanded': 'true' };

async function readParts(): Promise<void> {
  const known = resources.peek();
  const account = known.streams.length > 0 ? known : await loadResources();
  parts.value = graphOf(account)
    .nodes.filter((node) => node.kind !== 'producers')
    .map((node) => ({
      words: node.name,
      kind: kindWords[node.kind],
      glyph: kindGlyphs[node.kind],
      run: () => goTo('pipeline', { node: node.id }),
    }));
}

function Row({ entry, index, on }: { entry: Entry; index: number; on: boolean }) {
  return (
    <li
      id={`found-${index}`}
      role="option"
      aria-selected={on}
      class={on ? 'on' : ''}
      onClick={() => take(entry)}
      onPointerMove={() => (at.value = index)}
    >
      <Glyph name={entry.glyph as GlyphName} />
      <span class="found-words">{safeName(entry.words)}</span>
      <span class="muted">{entry.kind}</span>
    </li>
  );
}

function take(entry: Entry): void {
  finderOpen.value = false;
  entry.run();
}

export function FinderDialog() {
  const isOpen = finderOpen.value;
  useLayoutEffect(() => {
    if (!isOpen) return;
    text.value = '';
    at.value = 0;
    void readParts().catch(() => {});
    document.querySelector<HTMLInputElement>('#finder')?.focus();
  }, [isOpen]);
  if (!isOpen) return null;
  const names = feed.store.value?.names ?? [];
  const list = found(text.value, fixed, parts.value, names, unicornEntry);
  const index = Math.min(at.value, list.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = (index + step + list.length) % Math.max(1, list.length);
    else if (event.key === 'Enter' && list[index]) take(list[index]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open={finderOpen} title="Find">
      <input
        id="finder"
        type="text"
        {...combobox}
        aria-controls="found"
        aria-activedescendant={index >= 0 ? `found-${index}` : undefined}
        aria-label="Find a unicorn, a part of the pipeline, a page"
        placeholder="A unicorn, a part of the pipeline, a page…"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="found" role="listbox" aria-label="Found">
        {list.map((entry, i) => (
          <Row key={`${entry.kind} ${entry.words}`} entry={entry} index={i} on={i === index} />
        ))}
      </ul>
      {list.length === 0 && <p class="list-empty">Nothing is called that.</p>}
    </Dialog>
  );
}
