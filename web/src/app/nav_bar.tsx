// The bar on top: places, connection badge, alerts, theme.
import { retryWords, type Badge } from '../live/badge';
import { formatCount, formatMoment } from '../ui/format';
import { Elapsed } from '../ui/elapsed';
import { Glyph, UnicornMark } from '../ui/glyph';
import { Link } from './link';
import { page, type Page } from './router';
import { drawerOpen, feed, finderOpen, helpOpen, openAlerts, replay, settingsOpen } from './state';
import { nextTheme, theme } from './theme';

const places: [Page, string][] = [
  ['fleet', 'Fleet'],
  ['pipeline', 'Pipeline'],
  ['query', 'Query'],
  ['activity', 'Activity'],
  ['access', 'Access'],
];

export function badgeText(badge: Badge, recordsPerSecond: number): string {
  switch (badge.state) {
    case 'live':
      return recordsPerSecond > 0 ? `LIVE ${formatCount(recordsPerSecond)}/s` : 'LIVE';
    case 'stale':
      return `STALE ${badge.seconds} s`;
    case 'reconnecting':
      return badge.seconds > 0 ? `RECONNECTING ${badge.seconds} s` : 'RECONNECTING';
    case 'connecting':
      return 'CONNECTING';
  }
}

const badgeTitles: Record<Badge['state'], string> = {
  live: 'The stream is read each second; what you see is now.',
  stale: 'The stream answers, but nothing new has come: what you see is old.',
  reconnecting: 'The last request failed; the page tries again by itself.',
  connecting: 'The first request is on its way.',
};

function ConnectionBadge() {
  const badge = feed.badge.value;
  if (replay.store.value !== null) {
    return (
      <button
        class="badge badge-replay"
        data-badge="replay"
        title="What you see is the past. Back to live (L)"
        onClick={() => replay.end()}
      >
        <Glyph name={replay.paused.value ? 'pause' : 'play'} />
        REPLAY {formatMoment(replay.atMillis.value)} ×{replay.speed.value}
      </button>
    );
  }
  return (
    <span
      class={`badge badge-${badge.state}`}
      title={badgeTitles[badge.state]}
      data-badge={badge.state}
    >
      <span class="badge-dot" />
      {badgeText(badge, feed.recordsPerSecond.value)}
      {badge.state === 'reconnecting' && <span class="badge-retry">{retryWords(badge)}</span>}
      {badge.state === 'connecting' && <Elapsed />}
    </span>
  );
}

function Bell() {
  const count = openAlerts.value;
  return (
    <button
      class={`icon-button bell ${count > 0 ? 'ringing' : ''}`}
      aria-expanded={drawerOpen.value}
      aria-label={count === 0 ? 'Alerts: none open' : `Alerts: ${count} open`}
      title="Alerts (A)"
      onClick={() => {
        drawerOpen.value = !drawerOpen.value;
      }}
    >
      <Glyph name="bell" />
      {count > 0 && <span class="bell-count">{count > 999 ? '999+' : count}</span>}
    </button>
  );
}

export function NavBar() {
  const glyph = { auto: 'auto', light: 'sun', dark: 'moon' } as const;
  return (
    <header class="nav">
      <span class="brand">
        <UnicornMark size={30} />
        Wild Rydes
      </span>
      <nav aria-label="Places">
        {places.map(([target, label]) => (
          <Link key={target} target={target} current={page.value === target}>
            {label}
          </Link>
        ))}
      </nav>
      <span class="nav-space" />
      <button
        class="button nav-find"
        title="Find anything (Ctrl+K)"
        aria-label="Find anything, Ctrl K"
        onClick={() => {
          finderOpen.value = true;
        }}
      >
        <Glyph name="search" />
        <kbd>Ctrl K</kbd>
      </button>
      <ConnectionBadge />
      <Bell />
      <button
        class="icon-button"
        title="Configure the dashboard"
        aria-label="Configure the dashboard"
        onClick={() => {
          settingsOpen.value = true;
        }}
      >
        <Glyph name="gear" />
      </button>
      <button
        class="icon-button"
        title={`Colours: ${theme.value}`}
        aria-label={`Colours: ${theme.value}. Change`}
        onClick={nextTheme}
      >
        <Glyph name={glyph[theme.value]} />
      </button>
      <button
        class="icon-button nav-help"
        title="Keys (?)"
        aria-label="Keys"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        <Glyph name="help" />
      </button>
    </header>
  );
}
