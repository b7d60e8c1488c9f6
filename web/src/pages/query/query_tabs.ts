// The statements that are open on the Query page, each with its answer; their texts outlive a reload.
import { computed, effect, signal } from '@preact/signals';
import { aws, wordsOf } from '../../api/aws';
import type { QueryState } from '../../api/console_api';
import { resultPage } from '../../api/query_results';
import { noteRun } from './history';
import { runQuery } from './query_run';

const tabsMax = 20;
const storageKey = 'wildrydes.query';
/** Longer texts are not kept over a reload. */
const keptLettersMax = 200_000;
const titleLettersMax = 24;
/** Rows that the page holds; a file can have all. */
export const rowsMax = 50_000;

export class QueryTab {
  readonly sql = signal('');
  readonly running = signal(false);
  readonly seconds = signal(0);
  readonly result = signal<QueryState | null>(null);
  /** The text that `result` belongs to: an error is underlined only there. */
  readonly asked = signal('');
  /** Somebody asked to end it, and the server has not yet. */
  readonly cancelling = signal(false);
  /** The next rows are on their way. */
  readonly loading = signal(false);
  readonly moreError = signal('');
  private id: string | null = null;

  constructor(sql = '') {
    this.sql.value = sql;
  }

  /** What the statement is about, short. */
  readonly title = computed(() => titleOf(this.sql.value));

  async run(text: string): Promise<void> {
    if (text === '' || this.running.value) return;
    this.id = null;
    this.running.value = true;
    this.cancelling.value = false;
    this.moreError.value = '';
    this.seconds.value = 0;
    const began = performance.now();
    const timer = setInterval(() => {
      this.seconds.value = (performance.now() - began) / 1000;
    }, 100);
    try {
      this.result.value = await runQuery(text, (id) => {
        this.id = id;
        if (this.cancelling.value) void stop(id);
      });
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
    this.cancelling.value = true;
    if (this.id !== null) await stop(this.id);
  }

  /** Reads the next rows of the answer behind those that are there. */
  async more(page = resultPage): Promise<void> {
    const answer = this.result.value;
    const rows = answer?.rows ?? [];
    if (!answer?.nextToken || !this.id || this.loading.value || rows.length >= rowsMax) return;
    if (this.running.value || this.moreError.value !== '') return;
    this.loading.value = true;
    try {
      const next = await page(this.id, answer.nextToken);
      // Another answer may have come meanwhile.
      if (this.result.value !== answer) return;
      const { nextToken } = next;
      const all = rows.concat(next.rows);
      this.result.value = { ...answer, rows: all, nextToken, hasMore: nextToken !== null };
    } catch (error) {
      this.moreError.value = wordsOf(error);
    } finally {
      this.loading.value = false;
    }
  }
}

async function stop(id: string): Promise<void> {
  // It may have ended by itself: its state tells.
  await aws('athena', 'StopQueryExecution', { QueryExecutionId: id }).catch(() => {});
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
