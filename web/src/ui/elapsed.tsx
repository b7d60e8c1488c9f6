// How long something has been waited for; nothing in the first second.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatAge } from './format';

export function Elapsed() {
  const millis = useSignal(0);
  useEffect(() => {
    const began = performance.now();
    const timer = setInterval(() => {
      millis.value = performance.now() - began;
    }, 500);
    return () => clearInterval(timer);
  }, []);
  // Not read out each second: the words before it are.
  return (
    <span class="elapsed" aria-hidden="true">
      {millis.value >= 1_000 && ` ${formatAge(millis.value)}`}
    </span>
  );
}
