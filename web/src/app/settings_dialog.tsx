// "Configure Dashboard" of the workshop: identity pool and stream by hand.
import { loadSettings, perSecondChoices, saveSettings, type SourceChoice } from '../live/settings';
import { Dialog } from '../ui/dialog';
import { formatCount } from '../ui/format';
import { startFleet } from '../ui/start_fleet';
import { setSpeedUnit, speedUnit, type SpeedUnit } from './units';
import { feed, settingsOpen } from './state';

function sourceOf(value: FormDataEntryValue | null): SourceChoice {
  return value === 'guest' || value === 'feed' ? value : 'auto';
}

const sources: [SourceChoice, string][] = [
  ['auto', 'As a guest; a large fleet from the server'],
  ['guest', 'Always as a guest of the pool'],
  ['feed', 'Always from the server'],
];
const units: [SpeedUnit, string][] = [
  ['mph', 'in miles per hour'],
  ['km/h', 'in kilometres per hour'],
];
const fleetSizes = [0, 25, 1_000, 10_000, 50_000];

/** The server's own unicorns, for a demonstration or a trial of strength. */
function OwnFleet({ riding }: { riding: number }) {
  return (
    <div class="own-fleet" role="group" aria-label="Unicorns of this server">
      <p>
        <b>Unicorns of this server</b> <span class="muted">{formatCount(riding)} ride now</span>
      </p>
      <span class="views">
        {fleetSizes.map((count) => (
          <button
            key={count}
            type="button"
            aria-pressed={count === riding}
            onClick={() => void startFleet(count, false)}
          >
            {count === 0 ? 'none' : formatCount(count)}
          </button>
        ))}
      </span>
    </div>
  );
}

export function SettingsDialog() {
  const config = feed.config.value;
  const settings = loadSettings();
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    saveSettings({
      identityPoolId: String(form.get('pool')).trim(),
      streamName: String(form.get('stream')).trim(),
      source: sourceOf(form.get('source')),
      perSecond: Number(form.get('rate')),
    });
    setSpeedUnit(form.get('speed') === 'km/h' ? 'km/h' : 'mph');
    settingsOpen.value = false;
    feed.restart();
  };
  return (
    <Dialog open={settingsOpen} title="Configure the dashboard" holds>
      <form class="settings" onSubmit={save}>
        <p>Whose guests read which stream. Empty fields take what the server offers.</p>
        <label>
          Cognito identity pool
          <input
            name="pool"
            defaultValue={settings?.identityPoolId ?? ''}
            placeholder={config?.identityPoolId ?? 'us-east-1:…'}
            spellcheck={false}
            autocomplete="off"
          />
        </label>
        <label>
          Kinesis stream
          <input
            name="stream"
            defaultValue={settings?.streamName ?? ''}
            placeholder={config?.streamName ?? 'wildrydes'}
            spellcheck={false}
            autocomplete="off"
          />
        </label>
        <label>
          How the map reads it
          <select name="source">
            {sources.map(([value, words]) => (
              <option key={value} value={value} selected={value === (settings?.source ?? 'auto')}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          How often the server's feed comes
          <select name="rate">
            {perSecondChoices.map((each) => (
              <option key={each} value={each} selected={each === (settings?.perSecond ?? 1)}>
                {each === 1 ? 'once a second' : `${each} times a second`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Speed
          <select name="speed">
            {units.map(([value, words]) => (
              <option key={value} value={value} selected={value === speedUnit.value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <p class="muted">
          Region {config?.region ?? '–'} · account {config?.accountId ?? '–'} · guest{' '}
          {feed.guest.value === '' ? 'none yet' : feed.guest.value}
        </p>
        <button class="button primary" type="submit">
          Start
        </button>
      </form>
      {config && <OwnFleet riding={config.fleet.unicorns} />}
    </Dialog>
  );
}
