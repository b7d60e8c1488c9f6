// How long our own drawing takes per frame: the last 120 frames.

const kept = 120;

export class FrameMeter {
  private readonly millis = new Float32Array(kept);
  private count = 0;

  add(millis: number): void {
    this.millis[this.count++ % kept] = millis;
  }

  p95(): number {
    const size = Math.min(this.count, kept);
    if (size === 0) return 0;
    const sorted = this.millis.slice(0, size).sort();
    return sorted[Math.floor(size * 0.95)] ?? sorted[size - 1]!;
  }
}
