import type { Clock, Subject } from '../../lib/costs/index.js';

/** A clock that stands still until it is told to go on. Microseconds. */
export class FakeClock implements Clock {
  private wall = 0;
  private busy = 0;

  now(): number {
    return this.wall / 1000;
  }

  cpu(): number {
    return this.busy / 1000;
  }

  work(microseconds: number): void {
    this.wall += microseconds;
    this.busy += microseconds;
  }

  wait(microseconds: number): void {
    this.wall += microseconds;
  }
}

/** A subject whose run takes what `run` makes the clock take. */
export function subject(name: string, run: (size: number, round: number) => unknown, price = 0): Subject {
  return { name, price, ready: (size, round) => () => run(size, round) };
}
