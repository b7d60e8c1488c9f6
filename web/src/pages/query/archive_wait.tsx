// No row was found, and a delivery still holds what it has not written: when that will be, and the
// query once more as soon as it is.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getPulse } from '../../api/console_feeds';
import { loadDeliveries } from '../pipeline/load_streams';

const askMillis = 1_000;
/** Between the end of the buffer and an object that a query finds. */
const settleMillis = 1_500;

interface Wait {
  delivery: string;
  secondsLeft: number;
}

export function ArchiveWait({ again }: { again(): void }) {
  const wait = useSignal<Wait | null>(null);
  useEffect(() => {
    let timer = 0;
    let ended = false;
    let lengths: Map<string, number> | null = null;
    let before = -1;
    const ask = async () => {
      lengths ??= new Map((await loadDeliveries()).map((it) => [it.name, it.intervalSeconds]));
      const fill = (await getPulse()).deliveries.find((it) => it.bufferedBytes > 0);
      if (ended) return;
      const isWritten = before >= 0 && (!fill || fill.bufferedMillis < before);
      before = fill?.bufferedMillis ?? -1;
      wait.value = fill
        ? {
            delivery: fill.name,
            secondsLeft: Math.max(
              0,
              Math.ceil((lengths.get(fill.name) ?? 0) - fill.bufferedMillis / 1000),
            ),
          }
        : null;
      if (isWritten) timer = window.setTimeout(again, settleMillis);
      else timer = window.setTimeout(next, askMillis);
    };
    const next = () => void ask().catch(() => (timer = window.setTimeout(next, askMillis)));
    next();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, []);
  if (!wait.value) return null;
  const { delivery, secondsLeft } = wait.value;
  return (
    <p class="archive-wait" role="timer">
      The archive holds what has been written. Delivery <b>{delivery}</b> writes its next object in{' '}
      <b>{secondsLeft} s</b>; then this query runs again by itself.
    </p>
  );
}
