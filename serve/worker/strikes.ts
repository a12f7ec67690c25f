import type { Timer } from '../../lib/util/timer.js';
import type { ModelKey } from '../executor.js';

/** So many ends of threads within this many milliseconds make a model unavailable. */
const MOST = 3;
const WITHIN_MS = 60_000;

/** Counts how often models end the threads that they run on. */
export class Strikes {
  private readonly times = new Map<ModelKey, number[]>();

  constructor(private readonly timer: Timer) {}

  /** @returns whether that was once too often */
  add(model: ModelKey): boolean {
    const now = this.timer.now();
    const recent = (this.times.get(model) ?? []).filter((time) => now - time < WITHIN_MS);
    recent.push(now);
    this.times.set(model, recent);
    return recent.length >= MOST;
  }

  forget(model: ModelKey): void {
    this.times.delete(model);
  }
}
