import { checkFunction, show } from '../../check.js';
import { LookupError } from '../../errors.js';
import { policyOf, type SourceOptions } from './options.js';
import { type Fetcher, type Key, RemoteSource } from './source.js';

/** The values of a key; nothing if there are none; an Error if only this key failed. */
export type FetchedValue = ArrayLike<number> | number | null | undefined | Error;

/**
 * Values in the order of the keys, or a Map by key, in which order doesn't matter and keys may be left out.
 */
export type FetchedValues = readonly FetchedValue[] | ReadonlyMap<Key, FetchedValue>;

/** Asks for all keys together, in one round trip. It is given each key once. */
export type Fetch<K extends Key> = (
  keys: readonly K[],
  context: { readonly signal: AbortSignal },
) => PromiseLike<FetchedValues> | FetchedValues;

/**
 * A user's own source, a function, for several lookups: they share its round trips.
 *
 * @param fetch fetches all keys together; returns a Map, or an array in their order, or a promise
 * of one
 * @throws OptionError for an option that is unknown or out of its range
 * @throws LookupError, while computing, for any other result
 * @example
 * const airports = fetcher(askForAirports, { name: 'airports', timeoutMs: 50 });
 * define({
 *   origin: lookup({ key: (flight: Flight) => flight.origin, fetch: airports, width: 4 }),
 *   destination: lookup({ key: (flight: Flight) => flight.destination, fetch: airports, width: 4 }),
 * });
 */
export function fetcher<K extends Key>(fetch: Fetch<K>, options: SourceOptions = {}): Fetcher<K> {
  checkFunction('fetch', fetch);
  const policy = policyOf('fetch', options);
  const source = new RemoteSource<K, FetchedValue>(
    async (keys, context) => valuesOf(await fetch(keys, context), keys, policy.name),
    policy,
  );
  return source.fetcher({
    request: (key) => key,
    read: (value) => (typeof value === 'number' ? [value] : value instanceof Error ? null : (value ?? null)),
  });
}

function valuesOf<K extends Key>(
  values: FetchedValues,
  keys: readonly K[],
  name: string,
): readonly FetchedValue[] {
  if (Array.isArray(values)) return values;
  if (!(values instanceof Map)) {
    const what = `gave ${show(values)}; expected an array in the order of the keys, or a Map`;
    throw new LookupError('', undefined, name, 'malformed', what);
  }
  const found = keys.map((key) => values.get(key));
  const known = keys.reduce((count, key) => count + Number(values.has(key)), 0);
  if (values.size === known) return found;
  const what = `gave ${values.size - known} values for keys that weren't requested`;
  throw new LookupError('', undefined, name, 'malformed', what);
}
