import { type LimitTold, LONGEST_PAUSE } from './limitNews.js';

/** Requests, or tokens, that may go in a window of time: as the user limits them, or as the server tells. */
export class WindowAllowance {
  private remaining: number;
  private resetAt = Number.POSITIVE_INFINITY;

  /** @param limit in a window; where the server tells, it's unknown at first */
  constructor(
    private limit = Number.POSITIVE_INFINITY,
    /** Milliseconds; undefined where the server tells. */
    private readonly windowMs?: number,
  ) {
    this.remaining = limit;
  }

  /** Milliseconds until an amount may go: 0 for now. One above the whole limit goes when nothing else has. */
  waitMs(amount: number, now: number): number {
    if (now >= this.resetAt) {
      this.remaining = this.limit;
      this.resetAt = Number.POSITIVE_INFINITY;
    }
    if (this.remaining >= Math.min(amount, this.limit)) return 0;
    return this.resetAt - now;
  }

  take(amount: number, now: number): void {
    this.remaining -= amount;
    if (this.windowMs !== undefined && this.resetAt === Number.POSITIVE_INFINITY) {
      this.resetAt = now + this.windowMs;
    }
  }

  /** @param inFlight of requests whose own responses haven't come: the server may not have counted them */
  hear({ limit, remaining, resetMs }: LimitTold, inFlight: number, now: number): void {
    this.limit = limit ?? Math.max(remaining, this.limit === Number.POSITIVE_INFINITY ? 1 : this.limit);
    this.remaining = remaining - inFlight;
    this.resetAt = now + Math.min(resetMs, LONGEST_PAUSE);
  }
}
