import type { Timer } from '../../../lib/util/timer.js';

/** How far a round of questions is. */
export interface ChatProgress {
  /** Questions with an outcome, and all that are known to be asked in this round. */
  readonly done: number;
  readonly of: number;
  /** Milliseconds until the rest has one, at the rate so far; undefined before the first. */
  readonly leftMs: number | undefined;
}

/** Counts the outcomes of a round. */
export class RoundProgress {
  private planned = 0;
  private done = 0;
  private since = 0;

  constructor(
    private readonly timer: Timer,
    private readonly tell: ((progress: ChatProgress) => void) | undefined,
  ) {}

  /** A round begins: these rows will be asked about, in as many calls as there may be. */
  plan(rows: number): void {
    this.planned = rows;
    this.done = 0;
    this.since = this.timer.now();
  }

  /** @returns what is told the outcomes of a call */
  call(rows: number): (done: number, of: number) => void {
    if (this.done + rows > this.planned) this.plan(rows);
    const before = this.done;
    this.done += rows;
    // Equal texts are asked once, so that questions are fewer than rows.
    return (done, of) => {
      const now = before + Math.floor((done / of) * rows);
      const leftMs = now === 0 ? undefined : ((this.timer.now() - this.since) / now) * (this.planned - now);
      this.tell?.({ done: now, of: this.planned, leftMs });
    };
  }
}
