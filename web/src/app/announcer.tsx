// What a screen reader is told without being asked: alerts and the state of the connection, at most
// once in five seconds. The page's numbers change all the time and stay silent.
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { newsOf } from '../live/news';
import { feed, openAlerts } from './state';

const restMillis = 5_000;
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
