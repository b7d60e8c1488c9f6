// Buttons that let the server's own unicorns ride, so that there is something to see without a
// terminal.
import { signal } from '@preact/signals';
import { putFleet } from '../api/console_api';
import { feed } from '../app/state';
import { Elapsed } from './elapsed';
import { formatCount } from './format';

const asksMax = 10;
const askMillis = 300;

const busy = signal(false);
const problem = signal('');

export async function startFleet(unicorns: number, pipeline: boolean): Promise<void> {
  busy.value = true;
  problem.value = '';
  try {
    await putFleet({ unicorns, pipeline });
    // The server answers before it is done; while it makes the pipeline the feed asks by itself.
    for (let i = 0; i < asksMax; i++) {
      await feed.refreshConfig();
      const { settingUp, fleet } = feed.config.value!;
      if (settingUp || fleet.unicorns === unicorns || fleet.problem !== '') break;
      await new Promise((resolve) => setTimeout(resolve, askMillis));
    }
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    busy.value = false;
  }
}

/** `pipeline`: what the workshop's pipeline lacks is made first. */
export function StartFleet({ counts, pipeline }: { counts: number[]; pipeline: boolean }) {
  const said = problem.value || (feed.config.value?.fleet.problem ?? '');
  return (
    <div class="start-fleet">
      {counts.map((count, i) => (
        <button
          key={count}
          class={`button ${i === 0 ? 'primary' : ''}`}
          disabled={busy.value || feed.config.value?.settingUp === true}
          onClick={() => void startFleet(count, pipeline)}
        >
          {pipeline
            ? `Make the pipeline, start ${formatCount(count)}`
            : `Start ${formatCount(count)} unicorns`}
        </button>
      ))}
      {busy.value && (
        <p class="muted" role="status">
          <span class="spinner" /> Asking the server
          <Elapsed />
        </p>
      )}
      {said !== '' && (
        <p class="notice" role="alert">
          {said}
        </p>
      )}
    </div>
  );
}
