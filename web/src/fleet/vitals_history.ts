// The last five minutes of a unicorn's vital signs, one pair per report, in a ring.

const kept = 300;

export interface Vitals {
  health: number;
  magic: number;
}

export class VitalsHistory {
  private readonly health = new Float32Array(kept);
  private readonly magic = new Float32Array(kept);
  private pushed = 0;

  get length(): number {
    return Math.min(this.pushed, kept);
  }

  push(health: number, magic: number): void {
    const slot = this.pushed % kept;
    this.health[slot] = health;
    this.magic[slot] = magic;
    this.pushed++;
  }

  /** Puts before the oldest pair what was reported before it, as far as there is room. */
  prepend(past: readonly Vitals[]): void {
    const room = kept - this.length;
    if (room === 0) return;
    const own = Array.from({ length: this.length }, (_, i) => ({
      health: this.healthAt(i),
      magic: this.magicAt(i),
    }));
    this.pushed = 0;
    for (const { health, magic } of [...past.slice(-room), ...own]) this.push(health, magic);
  }

  /** `i` from 0, the oldest. */
  healthAt(i: number): number {
    return this.health[this.slot(i)]!;
  }

  magicAt(i: number): number {
    return this.magic[this.slot(i)]!;
  }

  private slot(i: number): number {
    return (Math.max(0, this.pushed - kept) + i) % kept;
  }
}
