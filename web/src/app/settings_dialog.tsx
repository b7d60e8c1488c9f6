// "Configure Dashboard" of the workshop: identity pool and stream by hand.
import { loadSettings, saveSettings, type SourceChoice } from '../live/settings';
import { Dialog } from '../ui/dialog';
import { feed, settingsOpen } from './state';

function sourceOf(value: FormDataEntryValue | null): SourceChoice {
  return value === 'guest' || value === 'feed' ? value : 'auto';
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
    });
    settingsOpen.value = false;
    feed.restart();
  };
  return (
    <Dialog open={settingsOpen} title="Configure the dashboard">
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
          <select name="source" defaultValue={settings?.source ?? 'auto'}>
            <option value="auto">As a guest; a large fleet from the server</option>
            <option value="guest">Always as a guest of the pool</option>
            <option value="feed">Always from the server</option>
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
    </Dialog>
  );
}
