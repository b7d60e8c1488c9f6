// What the vital signs and the age of the last report say about a unicorn.

/** Ordered: the higher, the more it asks for attention. */
export enum Status {
  Ok = 0,
  Watch = 1,
  Low = 2,
  Stale = 3,
  Lost = 4,
}

export const lowBelow = 100;
export const watchBelow = 110;
export const staleAfterMillis = 5_000;
export const lostAfterMillis = 30_000;

export const statusWords: Record<Status, string> = {
  [Status.Ok]: 'OK',
  [Status.Watch]: 'Watch',
  [Status.Low]: 'Low vitals',
  [Status.Stale]: 'Stale',
  [Status.Lost]: 'Lost',
};

/** NaN vitals are unknown and never alarm. */
export function statusOf(health: number, magic: number, ageMillis: number): Status {
  if (ageMillis >= lostAfterMillis) return Status.Lost;
  if (ageMillis > staleAfterMillis) return Status.Stale;
  return vitalsStatus(health, magic);
}

export function vitalsStatus(health: number, magic: number): Status {
  if (health < lowBelow || magic < lowBelow) return Status.Low;
  if (health < watchBelow || magic < watchBelow) return Status.Watch;
  return Status.Ok;
}
