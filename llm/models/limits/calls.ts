import { ServerError } from '../../../lib/errors.js';
import { follow, sleep, unlessAborted } from '../../../lib/util/abort.js';
import { backoff, RetryBudget } from '../../../lib/util/retry/index.js';
import type { Timer } from '../../../lib/util/timer.js';
import { ProviderFault } from './fault.js';
import type { Limiter } from './limiter.js';
import { type LimitNews, LONGEST_PAUSE } from './limitNews.js';

/** How long an attempt may take, and how many there are. */
export interface AttemptPolicy {
  /** Milliseconds of one attempt. */
  readonly timeoutMs: number;
  /** Attempts after the first, where one was lost. */
  readonly retries: number;
  /** Uniform in [0, 1), for the waits. */
  readonly random: () => number;
  readonly timer: Timer;
}

/** A request that may be sent more than once. */
export interface Attempted<Reply> {
  /** In errors. */
  readonly model: string;
  /** That it may take, about. */
  readonly tokens: number;
  /** One attempt. @throws ProviderFault */
  send(signal: AbortSignal): PromiseLike<{ readonly reply: Reply; readonly news: LimitNews }>;
  /** Before each attempt. What it throws ends the request, and isn't the provider's fault. */
  sending?(): void | Promise<void>;
  /** After an attempt without a reply. */
  lost?(error: unknown, paid: 'no' | 'maybe'): void | Promise<void>;
}

/** Retries that are saved up at most, and earned by a reply: every answer is wanted, so more than servers are given. */
const [MOST_SPARE, EARNED] = [100, 0.5];
/** How often a provider may say that it is busy before a request is given up. */
const MOST_BUSY = 50;

/** Sends requests within a provider's limits, again where one was lost. All of a model share one budget of retries. */
export class LimitedCalls {
  private readonly budget = new RetryBudget(MOST_SPARE, EARNED);

  constructor(
    private readonly limiter: Limiter,
    private readonly policy: AttemptPolicy,
  ) {}

  /**
   * The reply of the first attempt that has one.
   *
   * @throws ServerError of the last attempt; the signal's reason; what `sending` and `lost` throw
   */
  async run<Reply>(request: Attempted<Reply>, signal: AbortSignal): Promise<Reply> {
    const { retries, random, timer } = this.policy;
    let [lost, busy] = [0, 0];
    for (;;) {
      const permit = await this.limiter.admit(request.tokens, signal);
      try {
        await request.sending?.();
      } catch (error) {
        permit.left();
        throw error;
      }
      let fault: ProviderFault;
      try {
        const { reply, news } = await this.attempt(request, signal);
        permit.answered(news);
        this.budget.earn();
        return reply;
      } catch (error) {
        if (signal.aborted || !(error instanceof ProviderFault)) {
          permit.left();
          await request.lost?.(error, 'maybe');
          throw error;
        }
        fault = error;
      }
      const { next, paid, news = {} } = fault.details;
      const isTooLong = (news.retryAfterMs ?? 0) > LONGEST_PAUSE;
      // A server of one's own that has too much to do doesn't say so: it is late.
      if (next === 'busy') permit.refused(isTooLong ? { ...news, retryAfterMs: undefined } : news);
      else if (fault.error.reason === 'timeout') permit.refused({ retryAfterMs: 0 });
      else permit.left();
      await request.lost?.(fault.error, paid);
      if (next === 'changed') continue;
      if (next === 'busy') {
        if (++busy > MOST_BUSY || isTooLong) throw fault.error;
        // Some say 'at once', and mean it for one of many.
        await sleep(timer, backoff(busy, random), signal);
        continue;
      }
      if (next === 'never' || ++lost > retries || !this.budget.take()) throw fault.error;
      await sleep(timer, backoff(lost, random), signal);
    }
  }

  private async attempt<Reply>(request: Attempted<Reply>, signal: AbortSignal) {
    const { timeoutMs, timer } = this.policy;
    const stop = new AbortController();
    const leave = follow(signal, stop);
    const callOff = timer.after(timeoutMs, () => {
      const error = new ServerError(request.model, 'timeout', `no whole answer within ${timeoutMs} ms`);
      stop.abort(new ProviderFault(error, { paid: 'maybe', next: 'again' }));
    });
    try {
      signal.throwIfAborted();
      return await unlessAborted(request.send(stop.signal), stop.signal);
    } catch (error) {
      // What is aborted fails in words of its own.
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      callOff();
      leave();
    }
  }
}
