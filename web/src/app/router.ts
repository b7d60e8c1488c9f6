// The page and its state stand in the address: /_/fleet?sel=Shadowfax, /_/pipeline?node=table:rides.
import { signal } from '@preact/signals';

export const pages = ['fleet', 'pipeline', 'query', 'activity', 'access'] as const;
export type Page = (typeof pages)[number];

const base = '/_/';

export function pageOf(path: string): Page {
  const name = path.startsWith(base) ? path.slice(base.length).replace(/\/$/, '') : '';
  return pages.find((page) => page === name) ?? 'fleet';
}

export const page = signal<Page>(pageOf(location.pathname));
const search = signal(location.search);

export function addressOf(target: Page, parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return base + target + (query === '' ? '' : `?${query}`);
}

export function goTo(target: Page, parameters: Record<string, string> = {}): void {
  const address = addressOf(target, parameters);
  if (location.pathname + location.search === address) return;
  history.pushState(null, '', address);
  search.value = location.search;
  page.value = target;
}

/** A parameter of the address; components that read it follow it. */
export function parameter(name: string): string | null {
  return new URLSearchParams(search.value).get(name);
}

/** What the Fleet page shows goes into its address, without a step of the history. */
export function writeFleetQuery(query: string): void {
  if (page.peek() !== 'fleet') return;
  if (location.search !== query) history.replaceState(null, '', location.pathname + query);
  search.value = location.search;
}

addEventListener('popstate', () => {
  search.value = location.search;
  page.value = pageOf(location.pathname);
});
