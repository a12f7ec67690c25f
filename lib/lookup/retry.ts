import type { Timer } from '../timer.js';

/** How often, and how long after, a request is tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly timer: Timer;
}

/** Milliseconds of the first wait at most, and of any. */
const [FIRST_WAIT, LONGEST_WAIT] = [50, 5_000];

/**
 * Milliseconds to wait before a retry: anything between none and a limit that doubles with each, so that clients which
 * failed together don't come again together.
 *
 * @param attempt how many tries there have been
 * @see Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: full jitter
 */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
}

/** Tries that a server may be given beyond the first ones: a tenth of its answers, and a few to begin with. */
const [MOST_SPARE, EARNED] = [10, 0.1];

/**
 * Keeps retries from multiplying the load on a server that is down: each takes one from what is spare, and each answer adds
 * a tenth of one.
 *
 * @see gRFC A6, "gRPC Retry Design": retry throttling
 */
export class RetryBudget {
  private spare = MOST_SPARE;

  earn(): void {
    this.spare = Math.min(MOST_SPARE, this.spare + EARNED);
  }

  take(): boolean {
    if (this.spare < 1) return false;
    this.spare--;
    return true;
  }
}
