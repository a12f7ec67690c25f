/** Milliseconds of a core that a reservation can save up, or owe. */
const SAVED = 8;

/**
 * A share of the cores that a model gets first, as a token bucket of core time. What it doesn't use goes to others;
 * what it uses beyond its share, it gets by its turn.
 */
export class CoreReservation {
  private tokens = SAVED;
  private at: number;

  /** @param share of all cores */
  constructor(
    readonly share: number,
    now: number,
  ) {
    this.at = now;
  }

  /** Whether the model may start work before others. `scale`: what all shares are multiplied with. */
  isDue(now: number, cores: number, scale: number): boolean {
    this.tokens = Math.min(SAVED, this.tokens + (now - this.at) * this.share * scale * cores);
    this.at = now;
    return this.tokens > 0;
  }

  charge(costMs: number): void {
    this.tokens = Math.max(-SAVED, this.tokens - costMs);
  }
}
