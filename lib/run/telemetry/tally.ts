import type { CallMessage, WorkMessage } from './channels.js';

/** A channel that gets the messages about tallied work. */
interface Listener {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Running counts of a feature's or a model's work. */
export class Tally {
  rows = 0;
  calls = 0;
  errors = 0;
  busyMs = 0;
  waitMs = 0;
  /**
   * For a stage: rows that it answered, and those of them that needed a later stage which failed.
   */
  answered = 0;
  degraded = 0;

  constructor(
    readonly name: string,
    private readonly stage: number,
    private readonly listener: Listener,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Restores the counts as they were at the call: work done meanwhile doesn't count. */
  pause(): () => void {
    const { rows, calls, errors, busyMs, waitMs, answered, degraded } = this;
    return () => {
      Object.assign(this, { rows, calls, errors, busyMs, waitMs, answered, degraded });
    };
  }

  /**
   * @param begun when it was called
   * @param back when it returned
   * @param over when its promise settled; `back` without one
   */
  add(
    rows: number,
    begun: number,
    back: number,
    over: number,
    call: CallMessage | undefined,
    error?: unknown,
  ): void {
    this.calls++;
    this.rows += rows;
    this.busyMs += back - begun;
    this.waitMs += over - back;
    if (error !== undefined) this.errors++;
    if (!this.listener.hasSubscribers) return;
    const { name, stage } = this;
    const message: WorkMessage = {
      name,
      stage,
      rows,
      begun,
      busyMs: back - begun,
      waitMs: over - back,
      error,
      call,
    };
    this.listener.publish(message);
  }
}
