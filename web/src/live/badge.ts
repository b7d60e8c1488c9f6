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
}

export interface Badge {
  state: BadgeState;
  seconds: number;
}

const silentMillisMax = 5_000;
const pollGapMillisMax = 4_000;

export function badgeOf(contact: Contact, nowMillis: number): Badge {
  const sincePoll = nowMillis - contact.polledMillis;
  const sinceRecord = nowMillis - contact.recordMillis;
  const started = Number.isFinite(contact.polledMillis);
  if (contact.failing || (started && sincePoll > pollGapMillisMax)) {
    return { state: 'reconnecting', seconds: started ? Math.floor(sincePoll / 1000) : 0 };
  }
  if (!started) return { state: 'connecting', seconds: 0 };
  if (Number.isFinite(contact.recordMillis) && sinceRecord > silentMillisMax) {
    return { state: 'stale', seconds: Math.floor(sinceRecord / 1000) };
  }
  if (contact.behindMillis > silentMillisMax) {
    return { state: 'stale', seconds: Math.floor(contact.behindMillis / 1000) };
  }
  return { state: 'live', seconds: 0 };
}
