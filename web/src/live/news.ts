// What is worth a word to somebody who does not see the page. Pure.
import type { BadgeState } from './badge';

const badgeWords: Record<BadgeState, string> = {
  connecting: '',
  live: 'The map is live again.',
  stale: 'Nothing new comes: what the map shows is old.',
  reconnecting: 'The connection is lost; the page tries again.',
};

/** What is new since `before`; '' when nothing is worth a word. */
export function newsOf(
  before: { alerts: number; badge: BadgeState },
  now: { alerts: number; badge: BadgeState },
): string {
  const words: string[] = [];
  const isFirst = before.badge === 'connecting';
  if (now.badge !== before.badge && !(isFirst && now.badge === 'live'))
    words.push(badgeWords[now.badge]);
  if (now.alerts !== before.alerts) {
    words.push(
      now.alerts === 0
        ? 'No alert is open.'
        : `${now.alerts} ${now.alerts === 1 ? 'alert is' : 'alerts are'} open.`,
    );
  }
  return words.filter(Boolean).join(' ');
}
