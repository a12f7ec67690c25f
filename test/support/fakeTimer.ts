import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../lib/run/runtime/index.js';

/** Time that stands still until it is told to go on. Milliseconds. */
export class FakeTimer implements Timer {
  private time = 0;
  private coming: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.time + milliseconds, run };
    this.coming.push(entry);
    return () => {
      this.coming = this.coming.filter((other) => other !== entry);
    };
  }

  /** Lets time pass: all that is due is run in order, and what that sets going is given its turn. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await setImmediate();
    for (;;) {
      const [next] = this.coming.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.coming = this.coming.filter((other) => other !== next);
      this.time = next.at;
      next.run();
      await setImmediate();
    }
    this.time = end;
  }

  /** How many things are still to be run. */
  get pending(): number {
    return this.coming.length;
  }
}
