// The mock's alerts: one rule for each vital sign, in the shape of the console's schema.
const rule = (id, metric) => ({
  id,
  kind: 'vitals-below',
  metric,
  threshold: 100,
  enabled: true,
  webhook: true,
});
const shownMax = 100;

export class MockAlerts {
  constructor() {
    this.rules = [rule('low-health', 'HealthPoints'), rule('low-magic', 'MagicPoints')];
    this.alerts = new Map();
    this.version = 1;
  }

  raise(readings) {
    for (const reading of readings) {
      for (const { id, metric, threshold } of this.rules) {
        if (reading[metric] >= threshold) continue;
        const key = `${id} ${reading.Name}`;
        const known = this.alerts.get(key);
        const value = reading[metric];
        this.alerts.set(key, {
          rule: id,
          subject: reading.Name,
          state: known?.state ?? 'open',
          value,
          worst: Math.min(value, known?.worst ?? value),
          openedMillis: known?.openedMillis ?? Date.now(),
          changedMillis: known?.changedMillis ?? Date.now(),
        });
        this.version++;
      }
    }
  }

  answer(subject) {
    const all = [...this.alerts.values()].sort((a, b) => a.worst - b.worst);
    const title = ({ metric, threshold }) =>
      `${metric.replace('Points', ' points')} below ${threshold}`;
    const shown = ({ rule: _, ...alert }) => alert;
    const groups = this.rules.flatMap((each) => {
      const own = all.filter((alert) => alert.rule === each.id);
      const count = (state) => own.filter((alert) => alert.state === state).length;
      if (own.length === 0) return [];
      return {
        rule: each.id,
        title: title(each),
        aboutUnicorns: true,
        open: count('open'),
        acknowledged: count('acknowledged'),
        resolved: 0,
        alerts: own.slice(0, shownMax).map(shown),
      };
    });
    const open = all.filter(({ state }) => state === 'open');
    return {
      version: this.version,
      open: open.length,
      refused: 0,
      groups,
      selected: all
        .filter((alert) => alert.subject === subject)
        .map((alert) => ({
          rule: alert.rule,
          title: title(this.rules.find(({ id }) => id === alert.rule)),
          alert: shown(alert),
        })),
      rules: this.rules,
      webhook: {
        url: '',
        enabled: false,
        allowed: [],
        waiting: 0,
        sent: 0,
        failed: 0,
        dropped: 0,
        lastOutcome: '',
      },
      alertingVersion: this.version,
      alerting: [...new Set(open.map((alert) => alert.subject))],
    };
  }

  acknowledge({ rule: id, subject }) {
    for (const alert of this.alerts.values()) {
      const isMeant = (!id || alert.rule === id) && (!subject || alert.subject === subject);
      if (isMeant && alert.state === 'open') alert.state = 'acknowledged';
    }
    this.version++;
    return {};
  }
}
