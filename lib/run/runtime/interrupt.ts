import { DeadlineError } from '../../errors.js';
import { forMany, unlessAborted } from '../../util/abort.js';
import type { Timer } from '../../util/timer.js';

/** Ends a call before it is answered: on the caller's signal, a deadline, or either. */
export class Interrupt {
  private stop: AbortController | undefined;
  private readonly until: number;
  private callOff: (() => void) | undefined;
  private isClosed = false;

  /** @param deadlineMs counted from now; without one only the signal interrupts */
  constructor(
    private readonly timer: Timer,
    readonly deadlineMs: number | undefined,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.until = deadlineMs === undefined ? Number.POSITIVE_INFINITY : timer.now() + deadlineMs;
  }

  /**
   * Aborted by the caller or by the deadline. Results of pending work are then of no use. It is made
   * when it is read first: a call that never waits needs none, and making one takes microseconds.
   */
  get signal(): AbortSignal {
    this.stop ??= this.listening();
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
    this.isClosed = true;
    this.callOff?.();
    if (this.stop !== undefined) this.caller?.removeEventListener('abort', this.abort);
  }

  private listening(): AbortController {
    const { caller, deadlineMs } = this;
    const stop = new AbortController();
    // Every feature of every concurrent batch listens to our signal; concurrent calls share the
    // caller's.
    forMany(stop.signal);
    if (caller !== undefined && !this.isClosed)
      forMany(caller).addEventListener('abort', this.abort, { once: true });
    if (caller?.aborted) stop.abort(caller.reason);
    else if (deadlineMs !== undefined && deadlineMs <= 0) stop.abort(new DeadlineError(deadlineMs));
    return stop;
  }

  private readonly abort = (): void => this.stop?.abort(this.caller?.reason);

  private readonly end = (): void => this.stop?.abort(new DeadlineError(this.deadlineMs ?? 0));
}

/** What a model is given. It reads the signal only where it is asked for it. */
export class CallContext {
  /** @param ask which time its rows are asked on purpose */
  constructor(
    private readonly interrupt: Interrupt | undefined,
    readonly ask?: number,
  ) {}

  get signal(): AbortSignal | undefined {
    return this.interrupt?.signal;
  }
}
