// The alerts as the server has them, asked for every two seconds.
import { computed, signal } from '@preact/signals';
import { getAlerts, type Alert } from '../api/console_api';
import { isOpen, newestPerRule } from './alert_rules';

const pollMillis = 2_000;
const alertsMax = 20_000;

export class AlertFeed {
  readonly all = signal<Alert[]>([]);
  readonly open = computed(() => this.all.value.filter(isOpen));
  /** False while the server does not answer. */
  readonly reachable = signal(true);
  private text = '';
  private timer = 0;

  start(): void {
    void this.poll();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      const alerts = newestPerRule((await getAlerts()).slice(0, alertsMax));
      const text = JSON.stringify(alerts);
      if (text !== this.text) {
        this.text = text;
        this.all.value = alerts;
      }
      this.reachable.value = true;
    } catch {
      this.reachable.value = false;
    }
    this.timer = window.setTimeout(() => void this.poll(), pollMillis);
  }
}
