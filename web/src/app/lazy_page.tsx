// A page whose script is fetched when it is first opened.
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Elapsed } from '../ui/elapsed';

/** A part that is there as soon as its script is; without a word until then. */
export function LazyPart({ load }: { load(): Promise<ComponentType> }) {
  const part = useSignal<{ it: ComponentType } | null>(null);
  useEffect(() => {
    load().then(
      (it) => (part.value = { it }),
      () => console.warn('a part of the page could not be loaded'),
    );
  }, []);
  const Part = part.value?.it;
  return Part ? <Part /> : null;
}

function Waiting() {
  return (
    <main class="page-wait" aria-busy="true">
      <Elapsed />
    </main>
  );
}

const loaded = new Map<string, ComponentType>();

export function LazyPage({ name, load }: { name: string; load(): Promise<ComponentType> }) {
  const ready = useSignal(loaded.has(name));
  const failure = useSignal('');
  useEffect(() => {
    if (loaded.has(name)) return;
    load().then(
      (component) => {
        loaded.set(name, component);
        ready.value = true;
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
  }, []);
  if (failure.value !== '') {
    return (
      <main class="page-wait">
        <p role="alert">The page could not be loaded: {failure.value}</p>
        <button class="button" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    );
  }
  const Loaded = ready.value ? loaded.get(name) : undefined;
  return Loaded ? <Loaded /> : <Waiting />;
}
