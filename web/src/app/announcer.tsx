// What a screen reader is told without being asked: alerts and the state of the connection, at most
// once in five seconds. The page's numbers change all the time and stay silent.
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BadgeState } from '../live/badge';
import { feed, openAlerts } from './state';

const restMillis = 5_000;
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

const said = signal('');

export function Announcer() {
  useEffect(() => {
    let known = { alerts: openAlerts.peek(), badge: feed.badge.peek().state };
    let timer = 0;
    const say = () => {
      timer = 0;
      const now = { alerts: openAlerts.peek(), badge: feed.badge.peek().state };
      const news = newsOf(known, now);
      known = now;
      if (news === '') return;
      said.value = news;
      timer = window.setTimeout(say, restMillis);
    };
    const stop = effect(() => {
      void [openAlerts.value, feed.badge.value];
      if (timer === 0) timer = window.setTimeout(say, 300);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return (
    <div class="visually-hidden" role="status" data-announcer>
      {said.value}
    </div>
  );
}
