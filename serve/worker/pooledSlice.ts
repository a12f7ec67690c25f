import type { Running, Slice, SliceAnswer } from '../executor.js';

/** A slice that was given to a pool, and its answer. */
export class PooledSlice implements Running {
  readonly answer: Promise<SliceAnswer>;
  readonly yielded: Promise<void>;
  /** How often its thread ended before it was answered. */
  attempts = 0;
  /** Whether it may have ended a thread. */
  isSuspect = false;
  /** Whether it is made of rows that its model has answered before. */
  isKnown = false;
  private readonly endings: (() => void)[] = [];
  private readonly settle: {
    readonly answer: (answer: SliceAnswer) => void;
    readonly fail: (error: unknown) => void;
    readonly yielded: () => void;
  };

  /**
   * @param limitMs milliseconds that it may compute
   * @param since when it was given, by the pool's timer
   */
  constructor(
    readonly slice: Slice,
    readonly limitMs: number,
    readonly since: number,
  ) {
    let [answer, fail, yielded]: [(answer: SliceAnswer) => void, (error: unknown) => void, () => void] = [
      () => {},
      () => {},
      () => {},
    ];
    this.answer = new Promise((resolve, reject) => {
      answer = resolve;
      fail = reject;
    });
    this.yielded = new Promise((resolve) => {
      yielded = resolve;
    });
    // Who only waits for `yielded` doesn't hear of a failure here.
    this.answer.catch(() => {});
    this.settle = { answer, fail, yielded };
  }

  /** Runs something once the slice is answered or has failed. */
  onSettled(run: () => void): void {
    this.endings.push(run);
  }

  yield(): void {
    this.settle.yielded();
  }

  succeed(answer: SliceAnswer): void {
    this.settle.answer(answer);
    this.end();
  }

  fail(error: unknown): void {
    this.settle.fail(error);
    this.end();
  }

  private end(): void {
    this.settle.yielded();
    for (const run of this.endings.splice(0)) run();
  }
}
