import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../lib/util/timer.js';

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Time that passes only in `run`, from one event to the next: for simulations of many events. */
export class VirtualTimer implements Timer {
  private time = 0;
  private count = 0;
  private readonly heap: Entry[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry: Entry = { at: this.time + milliseconds, order: this.count++, run };
    this.push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Runs all events until a time, or while there are any. What each of them sets off runs before the next. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    await setImmediate();
    for (;;) {
      const [next] = this.heap;
      if (next === undefined || next.at > until) break;
      this.pop();
      if (next.run === undefined) continue;
      this.time = next.at;
      next.run();
      await setImmediate();
    }
    if (until < Number.POSITIVE_INFINITY) this.time = until;
  }

  private push(entry: Entry): void {
    let at = this.heap.length;
    while (at > 0 && isEarlier(entry, this.heap[(at - 1) >> 1])) {
      this.heap[at] = this.heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    this.heap[at] = entry;
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isEarlier(this.heap[child + 1], this.heap[child])) child++;
      if (!isEarlier(this.heap[child], last)) break;
      this.heap[at] = this.heap[child];
      at = child;
    }
    this.heap[at] = last;
  }
}

function isEarlier(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
