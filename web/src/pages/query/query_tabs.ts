// The statements that are open on the Query page, each with its answer; their texts outlive a reload.
import { computed, effect, signal } from '@preact/signals';
import { aws } from '../../api/aws';
import type { QueryState } from '../../api/console_api';
import { noteRun } from './history';
import { runQuery } from './query_run';

const tabsMax = 20;
const storageKey = 'wildrydes.query';
/** Longer texts are not kept over a reload. */
const keptLettersMax = 200_000;
const titleLettersMax = 24;

export class QueryTab {
  readonly sql = signal('');
  readonly running = signal(false);
  readonly seconds = signal(0);
  readonly result = signal<QueryState | null>(null);
  /** The text that `result` belongs to: an error is underlined only there. */
  readonly asked = signal('');
  private current: AbortController | null = null;
  private currentId: string | null = null;

  constructor(sql = '') {
    this.sql.value = sql;
  }

  /** What the statement is about, short. */
  readonly title = computed(() => titleOf(this.sql.value));

  async run(text: string): Promise<void> {
    if (text === '' || this.running.value) return;
    const abort = new AbortController();
    this.current = abort;
    this.currentId = null;
    this.running.value = true;
    this.seconds.value = 0;
    const began = performance.now();
    const timer = setInterval(() => {
      this.seconds.value = (performance.now() - began) / 1000;
    }, 100);
    try {
      this.result.value = await runQuery(text, (id) => (this.currentId = id), abort.signal);
    } catch (error) {
      this.result.value = failure((error as Error).message);
    } finally {
      this.asked.value = text;
      clearInterval(timer);
      this.running.value = false;
      void noteRun();
    }
  }

  /** Cancels the query in the server; its end state says so. */
  async cancel(): Promise<void> {
    if (this.currentId === null) this.current?.abort();
    else
      await aws('athena', 'StopQueryExecution', { QueryExecutionId: this.currentId }).catch(
        () => {},
      );
  }
}

function failure(error: string): QueryState {
  return {
    state: 'FAILED',
    error,
    columns: null,
    rows: null,
    hasMore: false,
    nextToken: null,
    output: null,
    scannedBytes: 0,
    millis: 0,
  };
}

/** The first words that say something: neither comments nor line ends. */
export function titleOf(sql: string): string {
  const words = sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === '') return 'New statement';
  return words.length > titleLettersMax ? `${words.slice(0, titleLettersMax - 1)}…` : words;
}

/** What was kept, as far as it can be read. */
export function readKept(text: string | null): { texts: string[]; active: number } {
  try {
    const kept = JSON.parse(text ?? '') as { texts?: unknown; active?: unknown };
    const texts = (Array.isArray(kept.texts) ? kept.texts : [])
      .filter((it): it is string => typeof it === 'string')
      .slice(0, tabsMax);
    const active = Number(kept.active);
    return { texts, active: active >= 0 && active < texts.length ? active : 0 };
  } catch {
    return { texts: [], active: 0 };
  }
}

const kept = readKept(globalThis.localStorage?.getItem(storageKey) ?? null);
export const tabs = signal<QueryTab[]>(
  kept.texts.length > 0 ? kept.texts.map((text) => new QueryTab(text)) : [new QueryTab()],
);
export const activeTab = signal<QueryTab>(tabs.peek()[kept.active]!);

/** Opens one more, and shows it; the oldest gives way when there are too many. */
export function openTab(sql = ''): QueryTab {
  const tab = new QueryTab(sql);
  const others = tabs.value.length < tabsMax ? tabs.value : tabs.value.slice(1);
  tabs.value = [...others, tab];
  activeTab.value = tab;
  return tab;
}

export function closeTab(tab: QueryTab): void {
  if (tab.running.value) void tab.cancel();
  const at = tabs.value.indexOf(tab);
  const left = tabs.value.filter((it) => it !== tab);
  tabs.value = left.length > 0 ? left : [new QueryTab()];
  if (activeTab.value === tab) activeTab.value = tabs.value[Math.min(at, tabs.value.length - 1)]!;
}

/** Keeps the texts until the returned function is called. */
export function keepTabs(): () => void {
  return effect(() => {
    const texts = tabs.value.map((tab) => tab.sql.value);
    const letters = texts.reduce((sum, text) => sum + text.length, 0);
    const active = tabs.value.indexOf(activeTab.value);
    try {
      if (letters <= keptLettersMax)
        localStorage.setItem(storageKey, JSON.stringify({ texts, active }));
    } catch {
      // A browser that keeps nothing: the tabs last as long as the page.
    }
  });
}
