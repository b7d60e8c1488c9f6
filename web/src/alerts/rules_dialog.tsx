// The rules of the alerts and the webhook: read, changed and kept by the server.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlertRule, WebhookState } from '../api/console_api';
import { alerts, rulesOpen } from '../app/state';
import { Command } from '../ui/command';
import { Dialog } from '../ui/dialog';
import { formatCount } from '../ui/format';
import { Glyph } from '../ui/glyph';
import { program } from '../ui/program';
import { addable, hasThreshold, metrics, newRuleId, ruleAsSql, ruleWords } from './alert_words';

type Draft = Signal<AlertRule[]>;

function change(draft: Draft, id: string, part: Partial<AlertRule>): void {
  draft.value = draft.value.map((rule) => (rule.id === id ? { ...rule, ...part } : rule));
}

function RuleRow({ draft, rule }: { draft: Draft; rule: AlertRule }) {
  const [before, after] = ruleWords(rule);
  const name = `${before} ${hasThreshold(rule) ? rule.threshold : ''}`.trim();
  const sql = ruleAsSql(rule);
  return (
    <li class="rule">
      <label class="switch">
        <input
          type="checkbox"
          checked={rule.enabled}
          aria-label={`${name}: on`}
          onChange={(event) => change(draft, rule.id, { enabled: event.currentTarget.checked })}
        />
        {before}
      </label>
      {hasThreshold(rule) && (
        <label class="rule-threshold">
          <input
            type="number"
            required
            step="any"
            value={rule.threshold}
            aria-label={`${before}, ${after}`}
            onInput={(event) =>
              change(draft, rule.id, { threshold: event.currentTarget.valueAsNumber })
            }
          />
          {after === 'seconds' ? 's' : ''}
        </label>
      )}
      <span class="nav-space" />
      <label class="switch" title="Send its alerts to the webhook">
        <input
          type="checkbox"
          checked={rule.webhook}
          aria-label={`${name}: to the webhook`}
          onChange={(event) => change(draft, rule.id, { webhook: event.currentTarget.checked })}
        />
        webhook
      </label>
      <button
        type="button"
        class="icon-button small"
        aria-label={`Remove the rule: ${name}`}
        onClick={() => {
          draft.value = draft.value.filter((each) => each.id !== rule.id);
        }}
      >
        <Glyph name="close" />
      </button>
      {sql && (
        <details class="rule-sql">
          <summary>As a pipeline: the same rule as streaming SQL</summary>
          <pre tabIndex={0}>{sql}</pre>
        </details>
      )}
    </li>
  );
}

function AddRule({ draft }: { draft: Draft }) {
  const add = (kind: AlertRule['kind'], metric: string, threshold: number) => {
    const id = newRuleId(draft.value, metric === '' ? kind : metric.toLowerCase());
    const rule = { id, kind, metric, threshold, enabled: true, webhook: true };
    draft.value = [...draft.value, rule];
  };
  return (
    <div class="rule-add">
      <span class="muted">Add a rule:</span>
      {Object.entries(metrics).map(([metric, word]) => (
        <button
          key={metric}
          type="button"
          class="button"
          onClick={() => add('vitals-below', metric, 80)}
        >
          {word} below
        </button>
      ))}
      {addable(draft.value).map(([kind, word, threshold]) => (
        <button key={kind} type="button" class="button" onClick={() => add(kind, '', threshold)}>
          {word}
        </button>
      ))}
    </div>
  );
}

function Rules() {
  const draft = useSignal<AlertRule[]>([]);
  const isLoaded = useSignal(false);
  const saved = useSignal(false);
  const rules = alerts.answer.value?.rules;
  useEffect(() => {
    if (!rules || isLoaded.value) return;
    draft.value = rules;
    isLoaded.value = true;
  }, [rules]);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    saved.value = await alerts.setRules(draft.value);
  };
  return (
    <form
      class="rules"
      onSubmit={(event) => void save(event)}
      onInput={() => (saved.value = false)}
    >
      <ul>
        {draft.value.map((rule) => (
          <RuleRow key={rule.id} draft={draft} rule={rule} />
        ))}
      </ul>
      {draft.value.length === 0 && <p class="muted">No rule: nothing raises an alert.</p>}
      <AddRule draft={draft} />
      <p class="muted">
        An alert opens with the first bad reading and is over after three good ones in a row.
      </p>
      <div class="actions">
        <button class="button primary" type="submit">
          Save the rules
        </button>
        {saved.value && (
          <span class="saved" role="status">
            Saved
          </span>
        )}
      </div>
    </form>
  );
}

function webhookWords(state: WebhookState): string {
  const counts = [
    `${formatCount(state.sent)} sent`,
    state.waiting > 0 && `${formatCount(state.waiting)} waiting`,
    state.failed > 0 && `${formatCount(state.failed)} given up`,
    state.dropped > 0 && `${formatCount(state.dropped)} dropped`,
    state.lastOutcome !== '' && `last: ${state.lastOutcome}`,
  ];
  return counts.filter(Boolean).join(' · ');
}

function WebhookForm({ state }: { state: WebhookState }) {
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void alerts.setWebhook(String(form.get('url')).trim(), form.get('enabled') !== null);
  };
  if (state.allowed.length === 0) {
    return (
      <div class="webhook">
        <p class="muted">
          The server sends alerts to no address: a page must not choose where a server connects to.
          Whoever starts the server names the hosts that it may ask.
        </p>
        <Command text={`${program()} up --demo --webhook-allow hooks.example.com`} />
      </div>
    );
  }
  return (
    <form class="webhook" onSubmit={save}>
      <label>
        Address
        <input
          name="url"
          type="url"
          defaultValue={state.url}
          placeholder={`https://${state.allowed[0]}/…`}
          spellcheck={false}
          autocomplete="off"
        />
      </label>
      <p class="muted">Allowed: {state.allowed.join(', ')}</p>
      <div class="actions">
        <label class="switch">
          <input name="enabled" type="checkbox" defaultChecked={state.enabled} />
          send
        </label>
        <button class="button primary" type="submit">
          Save the webhook
        </button>
        <button
          class="button"
          type="button"
          disabled={!state.enabled}
          onClick={() => void alerts.tryWebhook()}
        >
          Send a trial
        </button>
      </div>
      {state.enabled && (
        <p class="muted" role="status">
          {webhookWords(state)}
        </p>
      )}
    </form>
  );
}

export function RulesDialog() {
  const answer = alerts.answer.value;
  return (
    <Dialog open={rulesOpen} title="Alert rules">
      {alerts.refusal.value !== '' && (
        <p class="notice" role="alert">
          {alerts.refusal.value}
        </p>
      )}
      <Rules />
      <h3>Webhook</h3>
      {answer && <WebhookForm state={answer.webhook} />}
    </Dialog>
  );
}
