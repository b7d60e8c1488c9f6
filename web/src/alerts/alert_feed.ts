// The alerts as the server has them, asked for every two seconds and after each change.
import { computed, signal } from '@preact/signals';
import {
  acknowledgeAlerts,
  getAlerts,
  putRules,
  putWebhook,
  tryWebhook,
  type AlertRule,
  type AlertsAnswer,
} from '../api/console_api';

const pollMillis = 2_000;

export class AlertFeed {
  readonly answer = signal<AlertsAnswer | null>(null);
  readonly open = computed(() => this.answer.value?.open ?? 0);
  readonly groups = computed(() => this.answer.value?.groups ?? []);
  /** Unicorns that have an open alert. */
  readonly alerting = signal<string[]>([]);
  /** False while the server does not answer. */
  readonly reachable = signal(true);
  /** Why the last change was refused; empty when it was not. */
  readonly refusal = signal('');
  private alertingVersion = 0;
  private text = '';
  private timer = 0;

  constructor(private readonly subject: () => string) {}

  start(): void {
    void this.poll();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Empty names mean all. */
  acknowledge(rule = '', subject = ''): Promise<boolean> {
    return this.change(() => acknowledgeAlerts({ rule, subject }));
  }

  setRules(rules: AlertRule[]): Promise<boolean> {
    return this.change(() => putRules({ rules }));
  }

  setWebhook(url: string, enabled: boolean): Promise<boolean> {
    return this.change(() => putWebhook({ url, enabled }));
  }

  tryWebhook(): Promise<boolean> {
    return this.change(tryWebhook);
  }

  /** Asks at once, as when another unicorn was selected. */
  refresh(): void {
    clearTimeout(this.timer);
    void this.poll();
  }

  private async change(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.refusal.value = '';
      this.refresh();
      return true;
    } catch (error) {
      this.refusal.value = (error as Error).message;
      return false;
    }
  }

  private async poll(): Promise<void> {
    try {
      this.take(await getAlerts(this.alertingVersion, this.subject()));
      this.reachable.value = true;
    } catch {
      this.reachable.value = false;
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.poll(), pollMillis);
  }

  private take(answer: AlertsAnswer): void {
    if (answer.alerting) {
      this.alerting.value = answer.alerting;
      this.alertingVersion = answer.alertingVersion;
    }
    const text = JSON.stringify({ ...answer, alerting: null });
    if (text === this.text) return;
    this.text = text;
    this.answer.value = answer;
  }
}
