// Light, dark, or as the system says; kept for the next visit.
import { computed, effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const key = 'wildrydes.theme';
const order: Theme[] = ['auto', 'light', 'dark'];
const media = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(media.matches);
const stored = localStorage.getItem(key) as Theme | null;

export const theme = signal<Theme>(stored && order.includes(stored) ? stored : 'auto');
export const dark = computed(
  () => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value),
);

media.addEventListener('change', () => {
  systemDark.value = media.matches;
});

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  localStorage.setItem(key, theme.value);
});

export function nextTheme(): void {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!;
}
