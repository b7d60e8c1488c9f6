// Keys that every page has: search everywhere, alerts, help.
import { drawerOpen, finderOpen, helpOpen } from './state';

function isTyping(target: HTMLElement): boolean {
  return target.matches('input, textarea, select') || target.closest('dialog') !== null;
}

export function listenToGlobalKeys(): void {
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      finderOpen.value = !finderOpen.value;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    if (event.key === '?') helpOpen.value = true;
    else if (event.key === 'a' || event.key === 'A') drawerOpen.value = !drawerOpen.value;
    else if (event.key === 'Escape' && drawerOpen.value) drawerOpen.value = false;
    else return;
    event.preventDefault();
  });
}
