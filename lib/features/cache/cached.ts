import { checkKeys, checkPositive, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { type Feature, type FittedFeature, readsOf, type Source } from '../define/index.js';
import { Front } from './cachedFeature.js';
import { FeatureCache } from './featureCache.js';
import type { CacheKey } from './keys.js';
import { featureIdentity } from './tier.js';

/** Options of `cached`. */
export interface CachedOptions<Row> {
  /** The cache that holds the values, shared with other features. */
  readonly cache: FeatureCache;
  /**
   * The cache key of a row: rows of one key must have the same values. Rows with null or undefined
   * are computed every time.
   */
  readonly key: Source<Row, CacheKey | null | undefined>;
  /** Milliseconds after which values are recomputed. @defaultValue never */
  readonly ttlMs?: number;
  /** Milliseconds that the failure of a key by itself is remembered in place of numbers. @defaultValue not at all */
  readonly failuresMs?: number;
}

/**
 * The same feature with a cache of recently computed values, by a key of yours, while a cascade
 * serves. Tuning computes all values, so that costs are the feature's own.
 *
 * Concurrent requests for a key share one computation, across calls. Cached values equal the
 * computed ones, bit for bit. Each fitted feature has its own, so values of another version are
 * never used. In a second cache they are found by the feature's name, kind, `version`, options and
 * fitted state: there, `version` must be given.
 *
 * @param feature any; with its own `version` if the cache has a second one
 * @throws OptionError for an option that is unknown, missing or out of its range
 * @example
 * const cache = featureCache({ maxBytes: 64e6 });
 * const features = define({
 *   history: cached(lookup({ … }), { cache, key: (flight) => flight.route, ttlMs: 60_000 }),
 *   words: cached(tfidf((mail: Mail) => mail.body), { cache, key: (mail) => mail.id }),
 * });
 */
export function cached<Row, F extends Feature<Row>>(
  feature: F & Feature<Row>,
  options: CachedOptions<Row>,
): F & Feature<Row> {
  if (typeof feature?.fit !== 'function')
    throw new OptionError('feature', `expected a feature, got ${show(feature)}`);
  checkKeys(options, ['cache', 'key', 'ttlMs', 'failuresMs']);
  const { cache, key, ttlMs, failuresMs } = options;
  if (!(cache instanceof FeatureCache))
    throw new OptionError('cache', `expected what featureCache() made, got ${show(cache)}`);
  if (typeof key !== 'function' && typeof key?.read !== 'function')
    throw new OptionError('key', `expected a function of a row, or a transform, got ${show(key)}`);
  if (ttlMs !== undefined) checkPositive('ttlMs', ttlMs, 'milliseconds above 0');
  if (failuresMs !== undefined) checkPositive('failuresMs', failuresMs, 'milliseconds above 0');
  const { second, timer } = cache;
  if (second !== undefined && feature.version === undefined) {
    throw new OptionError(
      'cache',
      "its second cache outlives this process: give the feature a 'version', and another one when its code changes",
    );
  }
  const fronts = new WeakMap<FittedFeature<Row>, Front<Row>>();
  const served: Feature<Row>['served'] = (fitted, name, cost) => {
    const known = fronts.get(fitted);
    if (known !== undefined) return known;
    let identity: string | undefined;
    const front = new Front(feature.served?.(fitted, name, cost) ?? fitted, cache.shelf(), {
      key,
      ttlMs,
      failuresMs,
      now: timer.now,
      second: second && {
        cache: second,
        identity: () => {
          identity ??= featureIdentity(name, feature, fitted);
          return identity;
        },
      },
    });
    fronts.set(fitted, front);
    return front;
  };
  // A key may come of a transform: it is computed once for both.
  const reads = [...new Set([...feature.reads, ...readsOf(key)])];
  return { ...feature, reads, keys: [...(feature.keys ?? []), key], served };
}
