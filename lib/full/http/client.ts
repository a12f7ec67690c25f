import { sleep } from '../../abort.js';
import { ServerError } from '../../errors.js';
import { backoff, RetryBudget, type RetryPolicy } from '../../lookup/index.js';

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions extends RetryPolicy {
  /** Whose errors they are. */
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for an answer, retries and waits included. */
  readonly timeoutMs: number;
  readonly fetch: Fetch;
}

export interface Request {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted; without one the request is a GET. */
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly signal?: AbortSignal | undefined;
  /** Called before it is sent once more. What it throws ends it. */
  readonly onRetry?: (() => void) | undefined;
}

/** An answer that is whole. */
export interface Reply {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Asks a server over HTTP; what may be tried again, because nothing was answered yet, is. */
export class Client {
  private readonly budget = new RetryBudget();
  private readonly closing = new AbortController();

  constructor(private readonly options: ClientOptions) {}

  /** @throws ServerError where there's no answer in time, or none of success; the signal's reason where it is aborted */
  async send(request: Request): Promise<Reply> {
    const { model, timeoutMs, timer } = this.options;
    const stop = new AbortController();
    const release = [this.closing.signal, request.signal].map((signal) => follow(signal, stop));
    const callOff = timer.after(timeoutMs, () =>
      stop.abort(new ServerError(model, 'timeout', `no answer from ${request.url} within ${timeoutMs} ms`)),
    );
    try {
      stop.signal.throwIfAborted();
      return await this.sendWithRetries(request, stop.signal);
    } finally {
      callOff();
      for (const each of release) each();
    }
  }

  /** Ends what is under way; nothing is asked any more. */
  close(): void {
    const { model } = this.options;
    this.closing.abort(new ServerError(model, 'unreachable', 'the connection was closed on this side'));
  }

  private async sendWithRetries(request: Request, signal: AbortSignal): Promise<Reply> {
    const { retries, random, timer } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = await this.sendOnce(request, signal);
        this.budget.earn();
        return reply;
      } catch (error) {
        // Whatever fetch made of it, it was stopped for this reason.
        if (signal.aborted) throw signal.reason;
        if (!(error instanceof Rejected)) throw error;
        if (!error.mayPass || attempt > retries || !this.budget.take()) throw error.error;
        await sleep(timer, Math.max(error.waitMs, backoff(attempt, random)), signal);
      }
      request.onRetry?.();
    }
  }

  private async sendOnce({ url, headers, body }: Request, signal: AbortSignal): Promise<Reply> {
    const { model, fetch } = this.options;
    const init = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...this.options.headers, ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    };
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await fetch(url, init);
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      const message = `no whole answer from ${url}: ${reasonOf(error)}`;
      const cause = { cause: error };
      throw new Rejected(new ServerError(model, 'unreachable', message, undefined, cause), true);
    }
    if (response.ok) return { headers: response.headers, bytes };
    const { status } = response;
    const isBusy = BUSY.has(status);
    const text = new TextDecoder().decode(bytes.subarray(0, 500));
    const message = `${url} answered with status ${status}${text === '' ? '' : `: ${text}`}`;
    const error = new ServerError(model, isBusy ? 'busy' : 'refused', message, status);
    throw new Rejected(error, isBusy, retryAfterOf(response.headers));
  }
}

/**
 * Aborts `stop` when the signal is. Held by hand: signals made of others leave traces in one that lives long.
 *
 * @returns what ends that
 */
function follow(signal: AbortSignal | undefined, stop: AbortController): () => void {
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return () => signal?.removeEventListener('abort', abort);
}

/** A try that failed, and whether another may not. */
class Rejected {
  constructor(
    readonly error: ServerError,
    readonly mayPass: boolean,
    readonly waitMs = 0,
  ) {}
}

/** The server's own wish, in seconds; dates aren't heeded. */
function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return seconds > 0 ? seconds * 1000 : 0;
}

/** `fetch` hides what happened behind its own words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
