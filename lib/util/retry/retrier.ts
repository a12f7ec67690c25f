import { sleep, unlessAborted } from '../abort.js';
import type { Timer } from '../timer.js';
import { backoff, RetryBudget } from './backoff.js';
import type { Breaker } from './breaker.js';

/** How long requests may take, and how often they are sent. */
export interface RetryPolicy {
  /** Milliseconds for a reply, retries and their waits included. */
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Uniform in [0, 1), for the waits. */
  readonly random: () => number;
  readonly timer: Timer;
}

/** A request that may be sent more than once. */
export interface Retryable<Reply> {
  /** One attempt. It rejects where there was no reply. */
  send(signal: AbortSignal): PromiseLike<Reply>;
  /**
   * Called before each attempt, from 1 on. If it throws, the request ends with that error, which
   * isn't the server's failure.
   */
  before?(attempt: number): void;
  /** Called after each attempt that failed. */
  failed?(): void;
  /** Milliseconds to wait at least before another attempt; undefined where another would fail too. */
  retryAfter(error: unknown): number | undefined;
  /** The error once `timeoutMs` are over. */
  late(): Error;
  /** In place of the policy's own. */
  readonly timeoutMs?: number;
  /** In place of the policy's own. */
  readonly retries?: number;
}

/** The circuit is open: nothing was sent. */
export class CircuitOpen extends Error {}

/**
 * Sends requests to one server. They share a retry budget, and the circuit breaker if there is one.
 */
export class Retrier {
  private readonly budget = new RetryBudget();

  constructor(
    private readonly policy: RetryPolicy,
    private readonly breaker?: Breaker,
  ) {}

  /**
   * The reply of the first attempt that succeeds.
   *
   * @param stop aborts the request; `run` aborts it too, when time is over
   * @throws CircuitOpen if the breaker refuses the first attempt; the last attempt's error; the reason of `stop`
   */
  async run<Reply>(request: Retryable<Reply>, stop: AbortController): Promise<Reply> {
    const { timer } = this.policy;
    const timeoutMs = request.timeoutMs ?? this.policy.timeoutMs;
    let isLate = false;
    const cancel = timer.after(timeoutMs, () => {
      if (stop.signal.aborted) return;
      isLate = true;
      stop.abort(request.late());
    });
    try {
      stop.signal.throwIfAborted();
      return await this.attempt(request, stop.signal, () => isLate);
    } finally {
      cancel();
    }
  }

  private async attempt<Reply>(
    request: Retryable<Reply>,
    signal: AbortSignal,
    isLate: () => boolean,
  ): Promise<Reply> {
    const { breaker } = this;
    const { random, timer } = this.policy;
    const retries = request.retries ?? this.policy.retries;
    let failure: unknown;
    for (let attempt = 1; ; attempt++) {
      if (breaker?.admit() === false) throw attempt === 1 ? new CircuitOpen() : failure;
      try {
        request.before?.(attempt);
      } catch (error) {
        breaker?.release();
        throw error;
      }
      try {
        const reply = await unlessAborted(request.send(signal), signal);
        breaker?.succeed();
        this.budget.earn();
        return reply;
      } catch (error) {
        failure = error;
      }
      // The caller left, which is no evidence on the server.
      if (signal.aborted && !isLate()) {
        breaker?.release();
        throw signal.reason;
      }
      breaker?.fail();
      request.failed?.();
      if (signal.aborted) throw signal.reason;
      const waitMs = request.retryAfter(failure);
      if (waitMs === undefined || attempt > retries || !this.budget.take()) throw failure;
      await sleep(timer, Math.max(waitMs, backoff(attempt, random)), signal);
    }
  }
}
