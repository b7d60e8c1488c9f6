// What the connection badge says, from what happened and when. Pure, so that it can be tested.

export type BadgeState = 'connecting' | 'live' | 'reconnecting' | 'stale';

export interface Contact {
  /** Monotonic milliseconds of the last poll that succeeded; -Infinity before the first. */
  polledMillis: number;
  /** Whether the last thing that happened was a failure. */
  failing: boolean;
  /** When the last record came; -Infinity before the first. */
  recordMillis: number;
  /** How far the last poll was behind the newest record. */
  behindMillis: number;
  /** When a failed request is made again, monotonic; -Infinity when none waits. */
  retryMillis: number;
}

export interface Badge {
  state: BadgeState;
  seconds: number;
  /** Until it is tried again; 0 while it is being tried, or when nothing failed. */
  retrySeconds: number;
}

const silentMillisMax = 5_000;
const pollGapMillisMax = 4_000;

export function badgeOf(contact: Contact, nowMillis: number): Badge {
  const sincePoll = nowMillis - contact.polledMillis;
  const sinceRecord = nowMillis - contact.recordMillis;
  const started = Number.isFinite(contact.polledMillis);
  if (contact.failing || (started && sincePoll > pollGapMillisMax)) {
    return {
      state: 'reconnecting',
      seconds: started ? Math.floor(sincePoll / 1000) : 0,
      retrySeconds: Math.max(0, Math.ceil((contact.retryMillis - nowMillis) / 1000)),
    };
  }
  if (!started) return badge('connecting');
  if (Number.isFinite(contact.recordMillis) && sinceRecord > silentMillisMax) {
    return badge('stale', sinceRecord);
  }
  if (contact.behindMillis > silentMillisMax) {
    return badge('stale', contact.behindMillis);
  }
  return badge('live');
}

function badge(state: BadgeState, millis = 0): Badge {
  return { state, seconds: Math.floor(millis / 1000), retrySeconds: 0 };
}

/** "next try in 4 s" while it is waited for. */
export function retryWords({ state, retrySeconds }: Badge): string {
  if (state !== 'reconnecting') return '';
  return retrySeconds > 0 ? `next try in ${retrySeconds} s` : 'trying now';
}
