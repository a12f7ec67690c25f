import { checkFunction, checkKeys, show } from '../../../check.js';
import { LookupError, OptionError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import { jsonOf } from '../../../util/jsonOf.js';
import { Secrets } from '../../../util/secrets.js';
import { policyOf, SOURCE_OPTIONS, type SourceOptions } from '../options.js';
import { type Fetcher, type Key, RemoteSource } from '../source.js';
import { numbersOf } from './numbers.js';

/** Options of `httpSource`. */
export interface HttpSourceOptions extends SourceOptions {
  /** Sent with every request. Their values are shown in no error. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** The members to read, if values are objects. @defaultValue values are arrays of numbers */
  readonly fields?: readonly string[];
  /** In place of the global one. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Statuses of a server that is busy, or can't be reached behind another: another try may go better. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Lookups at a server that takes `{ "keys": [ … ] }` by POST and answers in JSON: an array of values in the order of
 * the keys, or an object with a member for each key that it knows; either of them alone or as a member `values`. A
 * value is an array of numbers, an object (see `fields`), or null.
 *
 * @param url `http://…` or `https://…`
 * @throws OptionError for an option that is unknown or out of its range. While computing a
 * LookupError with its `reason`.
 * @example
 * const fetch = httpSource('http://127.0.0.1:8080/profiles', { fields: ['age', 'orders'], timeoutMs: 80 });
 * const profile = lookup({ key: (order: Order) => order.customer, fetch, width: 2 });
 */
export function httpSource(url: string, options: HttpSourceOptions = {}): Fetcher<Key> {
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new OptionError('url', `expected http:// or https:// and a server, got ${show(url)}`);
  }
  checkKeys(options, [...SOURCE_OPTIONS, 'headers', 'fields', 'fetch']);
  const { headers = {}, fields, fetch = globalThis.fetch, ...own } = options;
  checkFunction('fetch', fetch);
  if (
    fields !== undefined &&
    !(Array.isArray(fields) && fields.every((field) => typeof field === 'string'))
  ) {
    throw new OptionError('fields', `expected names of members, got ${show(fields)}`);
  }
  const policy = policyOf('http', own);
  const { password, searchParams } = new URL(url);
  const secrets = new Secrets(password, ...searchParams.values()).addHeaders(headers);
  const error = (reason: LookupError['reason'], what: string) =>
    new LookupError('', undefined, policy.name, reason, secrets.outOfShown(what));
  const source = new RemoteSource<string, unknown>(async (keys, { signal }) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ keys }),
      // Followed to another host, a redirect takes the body along, and every header but those that `fetch` knows as secret.
      redirect: 'manual' as const,
      signal,
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, init);
      text = await response.text();
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      throw error('unreachable', `gave no answer: ${errorText(thrown) || 'no reason'}`);
    }
    if (!response.ok) {
      const reason = PASSING.has(response.status) ? 'unreachable' : 'refused';
      throw error(
        reason,
        `answered with status ${response.status}: ${secrets.outOfShown(text).slice(0, 200)}`,
      );
    }
    const values = valuesOf(text, keys);
    if (values === undefined)
      throw error('malformed', 'answered with neither an array nor an object of values');
    return values;
  }, policy);
  return source.fetcher<Key>(
    { request: String, read: (value) => numbersOf(value, fields) },
    { fields: fields ?? null },
  );
}

function valuesOf(text: string, keys: readonly string[]): readonly unknown[] | undefined {
  const answer = jsonOf(text);
  const inside = isObject(answer) && Object.hasOwn(answer, 'values') ? Reflect.get(answer, 'values') : answer;
  if (Array.isArray(inside)) return inside;
  if (!isObject(inside)) return undefined;
  return keys.map((key) => (Object.hasOwn(inside, key) ? Reflect.get(inside, key) : null));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
