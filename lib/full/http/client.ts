import { ServerError } from '../../errors.js';
import { Retrier, type RetryPolicy } from '../../retry/index.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions extends RetryPolicy {
  /** The model's name in errors. */
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

export interface Request {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted; without one the request is a GET. */
  readonly body?: Uint8Array<ArrayBuffer> | string;
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
export class Client {
  private readonly retrier: Retrier;
  private readonly closing = new AbortController();

  constructor(private readonly options: ClientOptions) {
    this.retrier = new Retrier(options);
  }

  /** @throws ServerError if there's no answer in time, or none of success; the signal's reason where it is aborted */
  async send(request: Request): Promise<Reply> {
    const { model, timeoutMs } = this.options;
    const stop = new AbortController();
    const release = [this.closing.signal, request.signal].map((signal) => follow(signal, stop));
    let waitMs = 0;
    try {
      return await this.retrier.run(
        {
          send: async (signal) => {
            const { ok, status, headers, bytes } = await this.sendOnce(request, signal);
            if (ok) return { headers, bytes };
            waitMs = retryAfterOf(headers);
            throw this.refusal(request.url, status, bytes);
          },
          before: (attempt) => {
            waitMs = 0;
            if (attempt > 1) request.onRetry?.();
          },
          retryAfter: (error) => (mayPass(error) ? waitMs : undefined),
          late: () =>
            new ServerError(model, 'timeout', `no answer from ${request.url} within ${timeoutMs} ms`),
        },
        stop,
      );
    } finally {
      for (const each of release) each();
    }
  }

  /** Aborts pending requests, and sends no more. */
  close(): void {
    const { model } = this.options;
    this.closing.abort(new ServerError(model, 'unreachable', 'the connection was closed on this side'));
  }

  private async sendOnce({ url, headers, body }: Request, signal: AbortSignal) {
    const { model, fetch } = this.options;
    const init = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...this.options.headers, ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    };
    try {
      const response = await fetch(url, init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { ok: response.ok, status: response.status, headers: response.headers, bytes };
    } catch (error) {
      const message = `no whole answer from ${url}: ${reasonOf(error)}`;
      throw new ServerError(model, 'unreachable', message, undefined, { cause: error });
    }
  }

  private refusal(url: string, status: number, bytes: Uint8Array): ServerError {
    const text = new TextDecoder().decode(bytes.subarray(0, 500));
    const message = `${url} answered with status ${status}${text === '' ? '' : `: ${text}`}`;
    return new ServerError(this.options.model, BUSY.has(status) ? 'busy' : 'refused', message, status);
  }
}

/** Whether another attempt may succeed: not where the server was reached, and refused. */
function mayPass(error: unknown): boolean {
  return error instanceof ServerError && (error.reason === 'unreachable' || error.reason === 'busy');
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
