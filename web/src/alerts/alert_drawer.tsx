// The drawer behind the bell: alerts grouped by rule, each leads to its unicorn.
import { alerts, drawerOpen, feed, openAlerts, pulse, select } from '../app/state';
import { goTo } from '../app/router';
import { safeName } from '../fleet/filter';
import { Glyph } from '../ui/glyph';
import { formatAge } from '../ui/format';
import { groupAlerts, isOpen, timeOf, type AlertGroup } from './alert_rules';

const rowsMax = 50;

function Group({ group }: { group: AlertGroup }) {
  const rest = group.alerts.length - rowsMax;
  return (
    <details class="alert-group" open>
      <summary>
        <span class="alert-title">{group.title}</span>
        <span class="count">{group.open}</span>
        <span class="alert-worst">
          worst: {safeName(group.worst.unicorn)} {group.worst.value}
        </span>
      </summary>
      <ul>
        {group.alerts.slice(0, rowsMax).map((alert) => (
          <li key={alert.unicorn}>
            <button
              class={`alert-row ${isOpen(alert) ? '' : 'closed'}`}
              onClick={() => {
                select(alert.unicorn);
                goTo('fleet');
              }}
            >
              <Glyph name="low" />
              <span class="alert-name">{safeName(alert.unicorn)}</span>
              <span class="alert-value">{alert.value}</span>
              <span class="alert-age">{formatAge(Date.now() - timeOf(alert))}</span>
              {!isOpen(alert) && <span class="alert-state">{alert.state}</span>}
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="muted">and {rest.toLocaleString('en')} more</p>}
    </details>
  );
}

export function AlertDrawer() {
  if (!drawerOpen.value) return null;
  pulse.value;
  const groups = groupAlerts([...alerts.all.value]);
  const stream = feed.config.value?.streamName ?? 'wildrydes';
  return (
    <aside class="drawer" aria-label="Alerts">
      <header>
        <h2>Alerts</h2>
        <span class="muted">
          {openAlerts.value === 0 ? 'none open' : `${openAlerts.value} open`}
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
      {!alerts.reachable.value && (
        <p class="notice">The server does not answer; these may be old.</p>
      )}
      {groups.length === 0 && (
        <div class="drawer-empty">
          <Glyph name="bell" />
          <p>No alert yet.</p>
          <p class="muted">
            One is raised when the vital signs of a unicorn on <code>{stream}</code> fall below 100.
            A quiet fleet takes about half an hour to get there.
          </p>
        </div>
      )}
      {groups.map((group) => (
        <Group key={group.metric} group={group} />
      ))}
    </aside>
  );
}
