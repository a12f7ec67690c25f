import { forMany } from '../../../lib/util/abort.js';
import { Fifo } from '../../../lib/util/fifo.js';
import type { Timer } from '../../../lib/util/timer.js';
import { WindowAllowance } from './allowance.js';
import type { LimitNews } from './limitNews.js';

/** What a provider lets through, as far as it is known beforehand. */
export interface LimiterLimits {
  /** The most requests at once: as many as the provider bears, up to this. */
  readonly concurrent: number;
  /** Undefined: as its headers tell. */
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
}

/** A request that may go. Its end is told once. */
export interface Permit {
  answered(news: LimitNews): void;
  /** The provider has too much to do: it wants fewer requests, later. */
  refused(news: LimitNews): void;
  /** It ended otherwise: nothing is known of the provider's load. */
  left(): void;
}

interface Waiting {
  readonly tokens: number;
  admit(permit: Permit): void;
  isGone: boolean;
}

const MINUTE = 60_000;
/** Requests at once before anything was answered. */
const FIRST = 8;
/** Milliseconds to wait where a provider refuses and doesn't say for how long. */
const UNTOLD = 1_000;

/**
 * Lets requests to one model of one provider go, in their order: as many at once as it bears, and no more in a minute than
 * it says, or the user does. All calls share it.
 *
 * The number at once grows by one a reply until the first refusal, then by one a round of replies, and is halved by a
 * refusal, once for all requests that were under way.
 *
 * @see Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks", 1989
 */
export class Limiter {
  private readonly queue = new Fifo<Waiting>();
  private readonly requests: readonly [told: WindowAllowance, own: WindowAllowance];
  private readonly tokens: readonly [told: WindowAllowance, own: WindowAllowance];
  private atOnce: number;
  private underWay = 0;
  private tokensUnderWay = 0;
  private isStarting = true;
  private lastCut = Number.NEGATIVE_INFINITY;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private callOff: (() => void) | undefined;

  constructor(
    private readonly limits: LimiterLimits,
    private readonly timer: Timer,
  ) {
    this.atOnce = Math.min(FIRST, limits.concurrent);
    this.requests = [new WindowAllowance(), new WindowAllowance(limits.requestsPerMinute, MINUTE)];
    this.tokens = [new WindowAllowance(), new WindowAllowance(limits.tokensPerMinute, MINUTE)];
  }

  /** Requests that may be under way now. */
  get window(): number {
    return Math.floor(this.atOnce);
  }

  /**
   * Waits until a request may go.
   *
   * @param tokens that it may take, about
   * @returns rejects with the signal's reason
   */
  admit(tokens: number, signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = () => {
        waiting.isGone = true;
        reject(signal.reason);
        this.look();
      };
      const waiting: Waiting = {
        tokens,
        isGone: false,
        admit: (permit) => {
          signal.removeEventListener('abort', leave);
          resolve(permit);
        },
      };
      forMany(signal).addEventListener('abort', leave, { once: true });
      this.queue.push(waiting);
      this.look();
    });
  }

  /** Lets go what may. */
  private look(): void {
    this.callOff?.();
    this.callOff = undefined;
    for (;;) {
      const { first } = this.queue;
      if (first === undefined) return;
      if (first.isGone) {
        this.queue.shift();
        continue;
      }
      if (this.underWay >= this.window) return;
      const waitMs = this.waitMs(first.tokens);
      if (waitMs > 0) {
        this.callOff = this.timer.after(waitMs, () => this.look());
        return;
      }
      this.queue.shift();
      first.admit(this.permit(first.tokens));
    }
  }

  private waitMs(tokens: number): number {
    const now = this.timer.now();
    return Math.max(
      this.pausedUntil - now,
      ...this.requests.map((allowance) => allowance.waitMs(1, now)),
      ...this.tokens.map((allowance) => allowance.waitMs(tokens, now)),
    );
  }

  private permit(tokens: number): Permit {
    const { timer } = this;
    const since = timer.now();
    this.underWay++;
    this.tokensUnderWay += tokens;
    for (const allowance of this.requests) allowance.take(1, since);
    for (const allowance of this.tokens) allowance.take(tokens, since);
    let isOver = false;
    const end = (news: LimitNews, change: () => void) => {
      if (isOver) return;
      isOver = true;
      this.underWay--;
      this.tokensUnderWay -= tokens;
      const now = timer.now();
      if (news.requests !== undefined) this.requests[0].hear(news.requests, this.underWay, now);
      if (news.tokens !== undefined) this.tokens[0].hear(news.tokens, this.tokensUnderWay, now);
      change();
      this.look();
    };
    return {
      answered: (news) => end(news, () => this.grow()),
      refused: (news) => end(news, () => this.shrink(since, news.retryAfterMs ?? UNTOLD)),
      left: () => end({}, () => {}),
    };
  }

  private grow(): void {
    const step = this.isStarting ? 1 : 1 / this.atOnce;
    this.atOnce = Math.min(this.limits.concurrent, this.atOnce + step);
  }

  private shrink(since: number, waitMs: number): void {
    const now = this.timer.now();
    this.isStarting = false;
    this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
    // Those that went before the last cut were too many already then.
    if (since < this.lastCut) return;
    this.lastCut = now;
    this.atOnce = Math.max(1, this.atOnce / 2);
  }
}
