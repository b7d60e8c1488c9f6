// The keys of the Fleet page.
import { follow, replay, select, selected, trails } from '../../app/state';
import type { FleetMap } from '../../map/fleet_map';
import { focusSearch, selectStep } from './fleet_list';
import { focusTime } from './time_slider';

/** Listens until the returned function is called. */
export function listenToKeys(map: FleetMap): () => void {
  const actions: Record<string, () => void> = {
    '/': focusSearch,
    '+': () => map.zoomBy(1),
    '=': () => map.zoomBy(1),
    '-': () => map.zoomBy(-1),
    '0': () => map.fit(),
    s: () => map.toStart(),
    t: () => {
      trails.value = !trails.value;
    },
    f: () => {
      follow.value = selected.value !== null && !follow.value;
    },
    l: () => replay.end(),
    r: focusTime,
    p: () => {
      if (replay.store.value) replay.paused.value = !replay.paused.value;
    },
    j: () => selectStep(1),
    k: () => selectStep(-1),
    ArrowDown: () => selectStep(1),
    ArrowUp: () => selectStep(-1),
    Enter: () => {
      if (selected.value) map.centreOn(selected.value);
    },
    Escape: () => select(null),
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.matches('input, textarea, select') || target.closest('dialog')) return;
    if (event.key === 'Enter' && target.matches('button, a, summary')) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
