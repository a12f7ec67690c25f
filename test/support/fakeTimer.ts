import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../lib/util/timer.js';

/** Time that stands still until it is told to go on. Milliseconds. */
export class FakeTimer implements Timer {
  private time = 0;
  /** In the order of their time; equals as they were set. */
  private readonly coming: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.time + milliseconds, run };
    let [place, end] = [0, this.coming.length];
    while (place < end) {
      const middle = (place + end) >> 1;
      if (this.coming[middle].at <= entry.at) place = middle + 1;
      else end = middle;
    }
    this.coming.splice(place, 0, entry);
    return () => {
      const at = this.coming.indexOf(entry);
      if (at >= 0) this.coming.splice(at, 1);
    };
  }

  /** Lets time pass: all that is due is run in order, and what that sets going is given its turn. */
  pass(milliseconds: number): Promise<void> {
    return this.run(this.time + milliseconds);
  }

  /** The same until a time, or while there is anything to run. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    await setImmediate();
    while (this.pending > 0 && this.coming[0].at <= until) {
      const [next] = this.coming.splice(0, 1);
      this.time = next.at;
      next.run();
      await setImmediate();
    }
    if (until < Number.POSITIVE_INFINITY) this.time = until;
  }

  /** Until something waits for time to pass. */
  async awaited(): Promise<void> {
    while (this.pending === 0) await setImmediate();
  }

  /** How many things are still to be run. */
  get pending(): number {
    return this.coming.length;
  }
}
