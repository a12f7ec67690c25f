import { forMany, unlessAborted } from '../abort.js';
import { DeadlineError } from '../errors.js';
import type { Timer } from '../timer.js';

/** Ends a call before it is answered: on the caller's signal, a deadline, or either. */
export class Interrupt {
  private readonly stop = new AbortController();
  private readonly until: number;
  private callOff: (() => void) | undefined;

  /** @param deadlineMs counted from now; without one only the signal interrupts */
  constructor(
    private readonly timer: Timer,
    readonly deadlineMs: number | undefined,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.until = deadlineMs === undefined ? Number.POSITIVE_INFINITY : timer.now() + deadlineMs;
    // Every feature of every concurrent batch listens to our signal; concurrent calls share the
    // caller's.
    forMany(this.stop.signal);
    if (caller !== undefined) forMany(caller).addEventListener('abort', this.abort, { once: true });
    if (caller?.aborted) this.abort();
    else if (this.isLate) this.end();
  }

  /** Aborted by the caller or by the deadline. Results of pending work are then of no use. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Whether the deadline has passed. */
  get isLate(): boolean {
    return this.timer.now() >= this.until;
  }

  /** @throws the reason of the caller's signal, if it is aborted */
  throwIfAborted(): void {
    this.caller?.throwIfAborted();
  }

  /**
   * Waits until the promise settles or the call is interrupted. After an interruption during the
   * wait, one more turn of the event loop lets features that observe the signal report the rows
   * that they have. If the call was interrupted before, it doesn't wait at all.
   */
  wait<T>(promise: PromiseLike<T>): Promise<T> {
    if (this.deadlineMs !== undefined && this.callOff === undefined && !this.signal.aborted) {
      this.callOff = this.timer.after(Math.max(0, this.until - this.timer.now()), this.end);
    }
    if (this.signal.aborted) return unlessAborted(promise, this.signal);
    return unlessAborted(promise, this.signal, (leave) => this.timer.after(0, leave));
  }

  /** To be called when there's nothing to wait for any more. */
  close(): void {
    this.callOff?.();
    this.caller?.removeEventListener('abort', this.abort);
  }

  private readonly abort = (): void => this.stop.abort(this.caller?.reason);

  private readonly end = (): void => this.stop.abort(new DeadlineError(this.deadlineMs ?? 0));
}
