// The drawer behind the bell: alerts grouped by rule, each leads to its unicorn; acknowledging.
import { alerts, drawerOpen, feed, openAlerts, pulse, rulesOpen, select } from '../app/state';
import { goTo } from '../app/router';
import type { Alert, AlertGroup } from '../api/console_api';
import { safeName } from '../fleet/filter';
import { Command } from '../ui/command';
import { Glyph } from '../ui/glyph';
import { formatAge, formatCount } from '../ui/format';
import { program } from '../ui/program';
import { valueWords, worstOf } from './alert_words';
import { soundOn } from './sound';

const nodeKinds: Record<string, string | undefined> = {
  'function-errors': 'function',
  'delivery-failures': 'delivery',
};

function show(group: AlertGroup, alert: Alert): void {
  if (!group.aboutUnicorns) {
    const rule = alerts.answer.value?.rules.find((it) => it.id === group.rule);
    const kind = nodeKinds[rule?.kind ?? ''];
    return goTo('pipeline', kind ? { node: `${kind}:${alert.subject}` } : {});
  }
  select(alert.subject);
  goTo('fleet');
}

function AlertRow({ group, alert }: { group: AlertGroup; alert: Alert }) {
  const isOpen = alert.state === 'open';
  return (
    <li class={`alert-row ${isOpen ? '' : 'closed'}`}>
      <button class="alert-show" onClick={() => show(group, alert)}>
        <Glyph name={isOpen ? 'low' : alert.state === 'resolved' ? 'ok' : 'watch'} />
        <span class="alert-name" title={safeName(alert.subject)}>
          {safeName(alert.subject)}
        </span>
        <span class="alert-value">{valueWords(group, alert.value)}</span>
        <span class="alert-age">
          {formatAge(feed.serverNow() - (isOpen ? alert.openedMillis : alert.changedMillis))}
        </span>
      </button>
      {isOpen ? (
        <button
          class="icon-button small"
          title="Acknowledge"
          aria-label={`Acknowledge ${safeName(alert.subject)}`}
          onClick={() => void alerts.acknowledge(group.rule, alert.subject)}
        >
          <Glyph name="check" />
        </button>
      ) : (
        <span class="alert-state">{alert.state === 'acknowledged' ? 'seen' : 'over'}</span>
      )}
    </li>
  );
}

function countWords({ open, acknowledged, resolved }: AlertGroup): string {
  return [
    open > 0 && `${formatCount(open)} open`,
    acknowledged > 0 && `${formatCount(acknowledged)} seen`,
    resolved > 0 && `${formatCount(resolved)} over`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function Group({ group }: { group: AlertGroup }) {
  const worst = worstOf(group);
  const rest = group.open + group.acknowledged + group.resolved - group.alerts.length;
  return (
    <section class="alert-group" aria-label={group.title}>
      <details open={group.open > 0}>
        <summary>
          <span class="alert-title">{group.title}</span>
          {group.open > 0 && <span class="count">{formatCount(group.open)}</span>}
          <span class="alert-worst">
            {countWords(group)}
            {worst && group.open > 0 && group.aboutUnicorns
              ? ` — worst: ${safeName(worst.subject)} ${valueWords(group, worst.worst)}`
              : ''}
          </span>
        </summary>
        <ul>
          {group.alerts.map((alert) => (
            <AlertRow key={alert.subject} group={group} alert={alert} />
          ))}
        </ul>
        {rest > 0 && <p class="muted">and {formatCount(rest)} more</p>}
      </details>
      {group.open > 1 && (
        <button class="text-button" onClick={() => void alerts.acknowledge(group.rule)}>
          Acknowledge all {formatCount(group.open)}
        </button>
      )}
    </section>
  );
}

function Empty() {
  const rules = alerts.answer.value?.rules.filter((rule) => rule.enabled).length ?? 0;
  const stream = feed.config.value?.streamName ?? 'wildrydes';
  return (
    <div class="drawer-empty">
      <Glyph name="bell" />
      <p>No alert yet.</p>
      <p class="muted">
        The server looks at every reading on <code>{stream}</code> and at the pipeline, by{' '}
        {rules === 1 ? 'one rule' : `${rules} rules`}.{' '}
        {rules === 0
          ? 'While no rule is on, nothing raises one.'
          : 'A quiet fleet takes about half an hour until the first vital sign is low.'}
      </p>
      <p>Unicorns that fall ill, for a trial:</p>
      <Command text={`${program()} fleet run --unicorns 25 --incidents 50%/min`} />
      <button
        class="button"
        onClick={() => {
          rulesOpen.value = true;
        }}
      >
        Look at the rules
      </button>
    </div>
  );
}

function Tools() {
  return (
    <div class="drawer-tools">
      <button
        class="button"
        onClick={() => {
          rulesOpen.value = true;
        }}
      >
        <Glyph name="gear" />
        Rules
      </button>
      <button
        class={`button ${soundOn.value ? 'on' : ''}`}
        aria-pressed={soundOn.value}
        onClick={() => {
          soundOn.value = !soundOn.value;
        }}
      >
        <Glyph name="sound" />
        Sound
      </button>
      <span class="nav-space" />
      <button
        class="button"
        disabled={openAlerts.value === 0}
        onClick={() => void alerts.acknowledge()}
      >
        <Glyph name="check" />
        Acknowledge all
      </button>
    </div>
  );
}

export function AlertDrawer() {
  if (!drawerOpen.value) return null;
  pulse.value;
  const groups = alerts.groups.value;
  const refused = alerts.answer.value?.refused ?? 0;
  return (
    <aside class="drawer" aria-label="Alerts">
      <header>
        <h2>Alerts</h2>
        <span class="muted">
          {openAlerts.value === 0 ? 'none open' : `${formatCount(openAlerts.value)} open`}
        </span>
        <button
          class="icon-button"
          aria-label="Close the alerts"
          onClick={() => {
            drawerOpen.value = false;
          }}
        >
          <Glyph name="close" />
        </button>
      </header>
      <Tools />
      {!alerts.reachable.value && (
        <p class="notice">The server does not answer; these may be old.</p>
      )}
      {refused > 0 && (
        <p class="notice">{formatCount(refused)} alerts more found no room and are not listed.</p>
      )}
      {groups.length === 0 && <Empty />}
      {groups.map((group) => (
        <Group key={group.rule} group={group} />
      ))}
    </aside>
  );
}
