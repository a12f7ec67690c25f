import { checkFunction, checkKeys, show } from '../../../lib/check.js';
import { OptionError, ServerError } from '../../../lib/errors.js';
import type { Fetch } from '../../../lib/protocol/client/index.js';
import { errorText } from '../../../lib/util/errorText.js';
import { jsonOf } from '../../../lib/util/jsonOf.js';
import { Secrets } from '../../../lib/util/secrets.js';
import { type LimitNews, limitNews, ProviderFault } from '../limits/index.js';
import { malformed, type RefusalText, refusalText, refused, unreached, withoutKeys } from './faults.js';

/** Where a server that speaks OpenAI's protocol is. */
export interface EndpointOptions {
  /** Up to the path of the API: `https://api.openai.com/v1`. */
  readonly baseURL: string;
  /** Sent as `Authorization: Bearer …`; a function is asked for each request. @defaultValue none is sent */
  readonly apiKey?: string | (() => string | PromiseLike<string>) | undefined;
  /** Sent with each request. Their values are kept as secret as keys. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** In place of the global one. @defaultValue `fetch` */
  readonly fetch?: Fetch | undefined;
}

export const ENDPOINT_OPTIONS = ['baseURL', 'apiKey', 'headers', 'fetch'] as const;

/** A response that is whole. */
export interface EndpointReply {
  readonly text: string;
  readonly news: LimitNews;
}

/** A request to a path of the API. */
export interface EndpointRequest {
  readonly method?: 'GET' | 'POST';
  /** Sent as JSON, or as it is where it is a form. */
  readonly body?: unknown;
  /** Octets of a response, unpacked: more of them is none. @defaultValue any */
  readonly most?: number;
  /** Called with a refusal before it becomes an error: what it returns is thrown in its place. */
  readonly onRefusal?: (status: number, refusal: RefusalText, news: LimitNews) => ProviderFault | undefined;
}

/** Sends requests to a server, each once. What holds the key shows it to nobody. */
export class Endpoint {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #apiKey: EndpointOptions['apiKey'];
  readonly #fetch: Fetch;
  readonly #secrets: Secrets;
  readonly baseURL: string;

  /** @param model in errors. @param secrets further ones, beside key and headers. @throws OptionError */
  constructor(
    options: Partial<EndpointOptions>,
    private readonly model: string,
    secrets: readonly string[] = [],
  ) {
    checkEndpoint(options);
    const { baseURL, apiKey, headers = {}, fetch = globalThis.fetch } = options;
    this.baseURL = baseURL.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#headers = headers;
    this.#secrets = new Secrets(...secrets).addHeaders(headers);
    this.#fetch = fetch;
  }

  /** @param path such as `/chat/completions`. @throws ProviderFault; the signal's reason */
  async send(path: string, request: EndpointRequest, signal: AbortSignal): Promise<EndpointReply> {
    const { body, method = body === undefined ? 'GET' : 'POST', most = Number.POSITIVE_INFINITY } = request;
    const key = await this.key();
    const isForm = body instanceof FormData;
    const init = {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...this.#headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      // Followed to another host, a redirect takes the body along, and every header but those that `fetch` knows as secret.
      redirect: 'manual' as const,
      signal,
    };
    const { status, ok, headers, text } = await this.fetchText(this.baseURL + path, init, most);
    const news = limitNews(headers);
    if (ok) return { text, news };
    const told = refusalText(text, (own) => this.clean(own));
    if (/^\s*</.test(text)) throw refused(this.model, status, { ...told, message: 'a web page' }, news);
    throw request.onRefusal?.(status, told, news) ?? refused(this.model, status, told, news);
  }

  /** The same, of JSON. @throws ProviderFault also for a page, or any other text */
  async sendForJson(path: string, request: EndpointRequest, signal: AbortSignal) {
    const { text, news } = await this.send(path, request, signal);
    const json = jsonOf(text);
    if (json === undefined) throw this.malformed(text);
    return { json, news };
  }

  /** A response of success that isn't one of the protocol. */
  malformed(text: string): ProviderFault {
    return malformed(this.model, this.clean(text));
  }

  /** Takes keys out of what a server has said, where it is shown. */
  clean(text: string): string {
    return withoutKeys(text, this.#secrets);
  }

  /** Takes the keys in use out of a server's answer, which is kept. */
  outOf(text: string): string {
    return this.#secrets.outOf(text);
  }

  private async key(): Promise<string | undefined> {
    const key = await this.freshKey();
    // Those that a function gave before may still be spoken of.
    this.#secrets.add(key);
    return key;
  }

  private async freshKey(): Promise<string | undefined> {
    if (typeof this.#apiKey !== 'function') return this.#apiKey;
    let why = 'it gave no text of visible ASCII characters';
    try {
      const key: unknown = await this.#apiKey();
      if (isKey(key)) return key;
    } catch (error) {
      why = this.clean(errorText(error));
    }
    const error = new ServerError(this.model, 'refused', `no key to ask with: 'apiKey' failed (${why})`);
    throw new ProviderFault(error, { paid: 'no', next: 'never' });
  }

  private async fetchText(url: string, init: RequestInit, most: number) {
    try {
      const first = await this.#fetch(url, init);
      // Files may be kept elsewhere, by addresses that need no key.
      const isElsewhere = init.method === 'GET' && first.status >= 300 && first.status < 400;
      const place = isElsewhere ? first.headers.get('location') : null;
      const { signal = null } = init;
      const response = place === null ? first : await this.#fetch(new URL(place, url).href, { signal });
      const { status, ok, headers } = response;
      return { status, ok, headers, text: await textWithin(response, most) };
    } catch (error) {
      throw unreached(this.model, error, (text) => this.clean(text));
    }
  }
}

/** The text of a response. @throws Error for one that is longer, as soon as that is known */
async function textWithin(response: Response, most: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let [text, octets] = ['', 0];
  for await (const part of response.body) {
    octets += part.length;
    if (octets > most) throw new Error(`it is longer than ${most} octets`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function checkEndpoint(options: Partial<EndpointOptions>): asserts options is EndpointOptions {
  const { baseURL, apiKey, headers, fetch } = options;
  if (typeof baseURL !== 'string' || !/^https?:\/\//.test(baseURL) || !URL.canParse(baseURL)) {
    throw new OptionError(
      'baseURL',
      `expected a URL such as 'https://api.openai.com/v1', got ${withoutKeys(show(baseURL))}`,
    );
  }
  const { username, password, search, hash } = new URL(baseURL);
  if (username !== '' || password !== '') {
    throw new OptionError(
      'baseURL',
      "holds a name or a password: give them as 'apiKey' or 'headers', which are kept secret",
    );
  }
  if (search !== '' || hash !== '') {
    throw new OptionError(
      'baseURL',
      "ends with a query: paths are put behind it; give what it says as 'headers'",
    );
  }
  // Keys are never shown.
  if (typeof apiKey !== 'function' && apiKey !== undefined && !isKey(apiKey)) {
    throw new OptionError('apiKey', 'expected text of visible ASCII characters, or a function that gives it');
  }
  checkKeys(headers ?? {}, Object.keys(headers ?? {}), 'headers.');
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value !== 'string' || !/^[\x20-\x7e\t\x80-\xff]*$/.test(value)) {
      throw new OptionError(
        `headers.${name}`,
        'expected text of a single line, of characters that headers have',
      );
    }
  }
  if (fetch !== undefined) checkFunction('fetch', fetch);
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
