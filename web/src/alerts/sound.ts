// Two short tones when the number of open alerts grows; silent until the user asks for them.
import { effect, signal } from '@preact/signals';

const key = 'wildrydes.sound';
const quietMillis = 5_000;

export const soundOn = signal(localStorage.getItem(key) === 'on');

effect(() => localStorage.setItem(key, soundOn.value ? 'on' : 'off'));

let context: AudioContext | null = null;
let rungMillis = -Infinity;

function tone(at: number, hertz: number): void {
  const oscillator = context!.createOscillator();
  const gain = context!.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.15, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
  oscillator.connect(gain).connect(context!.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.3);
}

/** At most once in five seconds, however many alerts come. */
export function ring(): void {
  const now = performance.now();
  if (!soundOn.value || now - rungMillis < quietMillis) return;
  rungMillis = now;
  try {
    context ??= new AudioContext();
    tone(context.currentTime, 880);
    tone(context.currentTime + 0.2, 660);
  } catch {
    // A browser without sound shows the alert all the same.
  }
}
