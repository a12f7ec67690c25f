/** What a server lets through in a window of time. */
export interface RateLimits {
  readonly requests: number;
  readonly tokens: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/** Counts requests and tokens in windows, and says so as OpenAI's servers do. */
export class RateWindow {
  private since = Number.NEGATIVE_INFINITY;
  private requests = 0;
  private tokens = 0;

  constructor(private readonly limits: RateLimits) {}

  /** @returns headers of the response, and whether the request is one too many */
  take(tokens: number): { readonly headers: Record<string, string>; readonly isRefused: boolean } {
    const { limits } = this;
    const now = limits.now();
    if (now - this.since >= limits.windowMs) {
      this.since = now;
      this.requests = 0;
      this.tokens = 0;
    }
    const isRefused = this.requests + 1 > limits.requests || this.tokens + tokens > limits.tokens;
    if (!isRefused) {
      this.requests++;
      this.tokens += tokens;
    }
    const leftMs = Math.max(0, this.since + limits.windowMs - now);
    const headers: Record<string, string> = {
      'x-ratelimit-limit-requests': String(limits.requests),
      'x-ratelimit-limit-tokens': String(limits.tokens),
      'x-ratelimit-remaining-requests': String(limits.requests - this.requests),
      'x-ratelimit-remaining-tokens': String(limits.tokens - this.tokens),
      'x-ratelimit-reset-requests': durationText(leftMs),
      'x-ratelimit-reset-tokens': durationText(leftMs),
    };
    if (isRefused) headers['retry-after-ms'] = String(Math.ceil(leftMs));
    return { headers, isRefused };
  }
}

/** A duration as the headers have it: `6m0s`, `1.5s`, `20ms`. */
function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.ceil(milliseconds)}ms`;
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = `${(milliseconds - 60_000 * minutes) / 1000}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
