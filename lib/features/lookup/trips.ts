import { LookupError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { Breaker, CircuitOpen, Retrier } from '../../util/retry/index.js';
import type { SourcePolicy } from './options.js';

/**
 * One round trip: replies in the order of the requests, with an Error in place of one that failed
 * alone. An error that it throws or rejects with fails them all.
 */
export type Send<Request, Reply> = (
  requests: readonly Request[],
  context: { readonly signal: AbortSignal },
) => PromiseLike<readonly (Reply | Error)[]>;

/** Counts of round trips so far. */
export interface TripCounts {
  /** Requests sent, those made again included. */
  readonly roundTrips: number;
  /** Keys in them. */
  readonly keys: number;
  /** Round trips that failed as a whole, and those that were made again after it. */
  readonly failures: number;
  readonly retries: number;
  /** Keys that weren't requested because the circuit was open. */
  readonly refused: number;
  /** Milliseconds that the answers took, waits before retries included. */
  readonly waitedMs: number;
}

/** Makes round trips to one source, again where that may help, and not where it is down. */
export class Trips<Request, Reply> {
  readonly counts = { roundTrips: 0, keys: 0, failures: 0, retries: 0, refused: 0, waitedMs: 0 };
  private readonly retrier: Retrier;

  constructor(
    private readonly send: Send<Request, Reply>,
    private readonly policy: SourcePolicy,
  ) {
    this.retrier = new Retrier(policy, new Breaker(policy.breaker, policy.timer));
  }

  /**
   * @param stop aborted when the replies aren't needed any more, and when the time is up
   * @param onSend called before each sending of the requests; an error that it throws isn't retried
   * @throws LookupError
   */
  async make(
    requests: readonly Request[],
    stop: AbortController,
    onSend?: () => void,
  ): Promise<readonly (Reply | Error)[]> {
    const { timer, timeoutMs } = this.policy;
    const began = timer.now();
    try {
      return await this.retrier.run(
        {
          send: (signal) => this.makeOnce(requests, signal),
          before: (attempt) => {
            onSend?.();
            if (attempt > 1) this.counts.retries++;
          },
          failed: () => {
            this.counts.failures++;
          },
          retryAfter: (error) => (mayPass(error) ? 0 : undefined),
          late: () => this.error('timeout', `gave no answer within ${timeoutMs} ms`),
        },
        stop,
      );
    } catch (error) {
      if (!(error instanceof CircuitOpen)) throw this.explained(error);
      this.counts.refused += requests.length;
      throw this.error('open', 'failed too often of late, and is left alone for a while');
    } finally {
      this.counts.waitedMs += timer.now() - began;
    }
  }

  error(reason: LookupError['reason'], what: string, cause?: unknown): LookupError {
    const options = cause === undefined ? {} : { cause };
    return new LookupError('', undefined, this.policy.name, reason, what, options);
  }

  private async makeOnce(
    requests: readonly Request[],
    signal: AbortSignal,
  ): Promise<readonly (Reply | Error)[]> {
    this.counts.roundTrips++;
    this.counts.keys += requests.length;
    const replies = await this.send(requests, { signal });
    if (replies.length === requests.length) return replies;
    throw this.error('malformed', `gave ${replies.length} values for ${requests.length} keys`);
  }

  /** Sources name themselves in their errors; other errors concern the connection. */
  private explained(error: unknown): LookupError {
    if (error instanceof LookupError) return error;
    const message = errorText(error);
    return this.error('unreachable', `gave no answer: ${message || 'no reason'}`, error);
  }
}

/** Whether another try may go better: not where the source was reached, and answered. */
function mayPass(error: unknown): boolean {
  return !(error instanceof LookupError) || error.reason === 'unreachable' || error.reason === 'timeout';
}
