import type { Timer } from '../timer.js';

/** When requests to a source that fails stop, and for how long. */
export interface BreakerOptions {
  /** Failures in a row that open the circuit. @defaultValue 5 */
  readonly failures?: number;
  /** Milliseconds until one request may try again. @defaultValue 500 */
  readonly openMs?: number;
}

/**
 * Spares a server that is down, and its callers the wait. After some failures in a row it refuses requests for a
 * while. Then it admits one, and the outcome of that one decides for the others.
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

  private get isOpen(): boolean {
    return this.failed >= this.limits.failures;
  }

  /** Whether a request may go. Who was admitted reports its outcome: `succeed`, `fail` or `release`. */
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

  /** The request ended before it had an outcome. */
  release(): void {
    this.isTrying = false;
  }
}
