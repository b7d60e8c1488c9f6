// The page and its state stand in the address: /_/fleet?sel=Shadowfax, /_/query.
import { signal } from '@preact/signals';

export type Page = 'fleet' | 'query';

const base = '/_/';

export function pageOf(path: string): Page {
  return path.startsWith(base) && path.slice(base.length).replace(/\/$/, '') === 'query'
    ? 'query'
    : 'fleet';
}

export const page = signal<Page>(pageOf(location.pathname));

export function addressOf(target: Page): string {
  return base + target;
}

export function goTo(target: Page): void {
  if (page.value === target) return;
  history.pushState(null, '', addressOf(target));
  page.value = target;
}

export function selectionInAddress(): string | null {
  return new URLSearchParams(location.search).get('sel');
}

export function writeSelection(name: string | null): void {
  if (page.value !== 'fleet') return;
  const query = name === null ? '' : `?sel=${encodeURIComponent(name)}`;
  if (location.search !== query) history.replaceState(null, '', location.pathname + query);
}

addEventListener('popstate', () => {
  page.value = pageOf(location.pathname);
});
