// What the guests of a pool asked, from the feed of requests, counted as it goes on. Pure.
import type { ActivityEntry } from '../../../api/console_feeds';
import type { Point } from '../history';

const entriesMax = 200;
const pointsMax = 1_800;

/** Whether the session of a request is one of this role: arn:aws:sts::…:assumed-role/NAME/…. */
export function isOfRole(principal: string, role: string): boolean {
  return role !== '' && principal.includes(`:assumed-role/${role}/`);
}

export class GuestRequests {
  /** The newest of the role's entries, newest first. */
  entries: ActivityEntry[] = [];
  /** How many were counted at each moment. */
  points: Point[] = [];
  /** The feed's version up to which was read. */
  version = 0;
  private readonly counts = new Map<number, number>();
  private total = 0;

  constructor(readonly role: string) {}

  take(answer: { version: number; entries: ActivityEntry[] }, millis: number): void {
    // A server that began again counts from the beginning.
    if (answer.version < this.version) this.counts.clear();
    this.version = answer.version;
    const found = answer.entries.filter((it) => isOfRole(it.principal, this.role));
    for (const it of found) {
      this.total += Math.max(0, it.count - (this.counts.get(it.id) ?? 0));
      this.counts.set(it.id, it.count);
    }
    const fresh = new Set(found.map((it) => it.id));
    this.entries = [...this.entries.filter((it) => !fresh.has(it.id)), ...found]
      .sort((a, b) => (a.time < b.time ? 1 : -1))
      .slice(0, entriesMax);
    for (const id of this.counts.keys())
      if (!this.entries.some((it) => it.id === id)) this.counts.delete(id);
    this.points.push({ millis, value: this.total });
    if (this.points.length > pointsMax) this.points.shift();
  }
}
