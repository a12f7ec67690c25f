import { endOfTurn, type Timer } from '../../lib/util/timer.js';

/** Work goes on for so many milliseconds before events get a turn. */
const TURN = 20;

/** Lets events have their turn in long work, and ends it when a signal is aborted. */
export class Pacer {
  private last: number;

  constructor(
    private readonly timer: Pick<Timer, 'now'>,
    readonly signal: AbortSignal | undefined,
  ) {
    this.last = timer.now();
  }

  now(): number {
    return this.timer.now();
  }

  /** The result of steps, with a turn for events between them. @throws the signal's reason once it is aborted */
  async run<Result>(steps: Generator<undefined, Result, void>): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await this.pause();
    }
  }

  /** @throws the signal's reason once it is aborted */
  async pause(): Promise<void> {
    this.signal?.throwIfAborted();
    if (this.timer.now() - this.last < TURN) return;
    await endOfTurn();
    this.last = this.timer.now();
    this.signal?.throwIfAborted();
  }
}
