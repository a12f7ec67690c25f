/** Milliseconds after which a deadline counts for less, and is forgotten after twice that. */
const PERIOD_MS = 1000;
/** Milliseconds between two requests of which nothing is assumed: deadlines may have changed. */
const TRIAL_MS = 100;

/**
 * How long the clients of a tenant wait for answers, learnt from requests that were read: over HTTP a deadline is in the
 * message, and by then reading has cost as much as an answer.
 */
export class RecentDeadlines {
  private longest = 0;
  private longestBefore = 0;
  private since = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;

  /** @param ms from a request's arrival to its deadline; infinity without one */
  observe(ms: number, now: number): void {
    this.turn(now);
    this.longest = Math.max(this.longest, ms);
  }

  /** Milliseconds from arrival that a request will probably allow: as many as any did of late. */
  guess(now: number): number {
    this.turn(now);
    const longest = Math.max(this.longest, this.longestBefore);
    if (longest === 0 || now - this.triedAt >= TRIAL_MS) {
      this.triedAt = now;
      return Number.POSITIVE_INFINITY;
    }
    return longest;
  }

  private turn(now: number): void {
    if (now - this.since < PERIOD_MS) return;
    this.longestBefore = now - this.since < 2 * PERIOD_MS ? this.longest : 0;
    this.longest = 0;
    this.since = now;
  }
}
