import { ServerError } from '../../errors.js';
import { follow } from '../../util/abort.js';
import { Retrier, type RetryPolicy } from '../../util/retry/index.js';
import { Secrets } from '../../util/secrets.js';
import { readError } from '../messages/index.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions extends RetryPolicy {
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

/** The content of a request. */
export interface PostedContent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted; without one the request is a GET. */
  readonly body?: Uint8Array<ArrayBuffer> | string;
}

export interface ClientRequest {
  readonly url: string;
  /** The model's name in errors; empty where the request isn't about one. */
  readonly model: string;
  /** Called for each attempt, with the milliseconds that are left. @defaultValue a GET */
  readonly content?: (leftMs: number) => PostedContent | PromiseLike<PostedContent>;
  /** @defaultValue the transport's own */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the transport's own */
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each retry. If it throws, the request ends with that error. */
  readonly onRetry?: (() => void) | undefined;
}

/** An answer that is whole. */
export interface Reply {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends requests to a server over HTTP, again where the server wasn't reached or was busy. */
export class Transport {
  private readonly retrier: Retrier;
  private readonly closing = new AbortController();
  private readonly secrets: Secrets;

  constructor(private readonly options: TransportOptions) {
    this.retrier = new Retrier(options);
    this.secrets = new Secrets().addHeaders(options.headers);
  }

  /** @throws ServerError if there's no answer in time, or none of success; the signal's reason where it is aborted */
  async send(request: ClientRequest): Promise<Reply> {
    const { timer } = this.options;
    const { url, model, retries, timeoutMs = this.options.timeoutMs } = request;
    const end = timer.now() + timeoutMs;
    const stop = new AbortController();
    const release = [this.closing.signal, request.signal].map((signal) => follow(signal, stop));
    let waitMs = 0;
    try {
      return await this.retrier.run(
        {
          send: async (signal) => {
            const content = await request.content?.(end - timer.now());
            const { ok, status, headers, bytes } = await this.sendOnce(request, content, signal);
            if (ok) return { headers, bytes };
            waitMs = retryAfterOf(headers);
            throw refusal(request, status, this.secrets.outOfShown(readError(bytes)));
          },
          before: (attempt) => {
            waitMs = 0;
            if (attempt > 1) request.onRetry?.();
          },
          // Where the server's wait is longer than the time that is left, another attempt would come too late.
          retryAfter: (error) => (mayPass(error) && timer.now() + waitMs < end ? waitMs : undefined),
          late: () => new ServerError(model, 'timeout', `no answer from ${url} within ${timeoutMs} ms`),
          timeoutMs,
          ...(retries === undefined ? {} : { retries }),
        },
        stop,
      );
    } finally {
      for (const each of release) each();
    }
  }

  /** Aborts pending requests, and sends no more. */
  close(): void {
    this.closing.abort(new ServerError('', 'unreachable', 'the client was closed'));
  }

  private async sendOnce({ url, model }: ClientRequest, content: PostedContent = {}, signal: AbortSignal) {
    const { fetch } = this.options;
    const { headers, body } = content;
    const init = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...this.options.headers, ...headers },
      ...(body === undefined ? {} : { body }),
      // Followed to another host, a redirect takes the body along, and every header but those that `fetch` knows as secret.
      redirect: 'manual' as const,
      signal,
    };
    try {
      const response = await fetch(url, init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { ok: response.ok, status: response.status, headers: response.headers, bytes };
    } catch (error) {
      const reason = reasonOf(error);
      const shown = this.secrets.outOfShown(reason);
      const message = `no whole answer from ${url}: ${shown}`;
      // A cause that speaks of a key is shown with its error.
      const options = shown === reason ? { cause: error } : {};
      throw new ServerError(model, 'unreachable', message, undefined, options);
    }
  }
}

function refusal({ url, model }: ClientRequest, status: number, said: string): ServerError {
  // A browser hides the status of a redirect, and says 0.
  const text =
    status === 0 || (status >= 300 && status < 400)
      ? 'it leads elsewhere: give the address that it leads to'
      : said;
  const message = `${url} answered with status ${status}${text === '' ? '' : `: ${text}`}`;
  return new ServerError(model, BUSY.has(status) ? 'busy' : 'refused', message, status);
}

/** Whether another attempt may succeed: not where the server was reached, and refused. */
function mayPass(error: unknown): boolean {
  return error instanceof ServerError && (error.reason === 'unreachable' || error.reason === 'busy');
}

/** The wait in milliseconds that the server requests. Dates are ignored. */
function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return seconds > 0 ? seconds * 1000 : 0;
}

/** `fetch` hides what happened behind its own words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
