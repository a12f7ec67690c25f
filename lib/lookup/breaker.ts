import type { Timer } from '../timer.js';

/** When a source that fails is left alone, and for how long. */
export interface BreakerOptions {
  /** Failures in a row after which it isn't asked. @defaultValue 5 */
  readonly failures?: number;
  /** Milliseconds until one round trip may try again. @defaultValue 500 */
  readonly openMs?: number;
}

/**
 * Keeps a source that is down from being asked, and its callers from waiting for it: after some failures in a row round
 * trips are refused for a while; then one may go, and its outcome decides for the others.
 *
 * @see Nygard, "Release It!", 2nd edition, 2018, chapter 5: circuit breaker
 */
export class Breaker {
  private failed = 0;
  private until = Number.NEGATIVE_INFINITY;
  private isTrying = false;

  constructor(
    private readonly limits: Required<BreakerOptions>,
    private readonly timer: Timer,
  ) {}

  get isOpen(): boolean {
    return this.failed >= this.limits.failures;
  }

  /** Whether a round trip may go. It must be told of its outcome, whatever that is. */
  admit(): boolean {
    if (!this.isOpen) return true;
    if (this.isTrying || this.timer.now() < this.until) return false;
    this.isTrying = true;
    return true;
  }

  succeed(): void {
    this.failed = 0;
    this.isTrying = false;
  }

  fail(): void {
    this.failed++;
    this.isTrying = false;
    if (this.isOpen) this.until = this.timer.now() + this.limits.openMs;
  }

  /** Called off before there was an outcome. */
  release(): void {
    this.isTrying = false;
  }
}
