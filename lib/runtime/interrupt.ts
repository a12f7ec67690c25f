import { forMany, unlessAborted } from '../abort.js';
import { DeadlineError } from '../errors.js';
import type { Timer } from '../timer.js';

/** What may end a call before it is answered: the caller's signal, a deadline, or either. */
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
    // Every feature of every batch under way listens to the one, calls made together to the other.
    forMany(this.stop.signal);
    if (caller !== undefined) forMany(caller).addEventListener('abort', this.abort, { once: true });
    if (caller?.aborted) this.abort();
    else if (this.isLate) this.end();
  }

  /** Aborted by the caller, or when the deadline has passed: what is under way then is of no use. */
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
   * Waits no longer than the interruption, whatever the promise does: a turn more, in which what heeds the signal may say for which
   * rows it has numbers all the same; not at all where time is up already.
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
