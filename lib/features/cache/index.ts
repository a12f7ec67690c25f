/** A cache of feature values by key: its store, what leaves it when full, shared computation, a second tier. */

export { type CachedOptions, cached } from './cached.js';
export { FeatureCache, type FeatureCacheOptions, featureCache } from './featureCache.js';
export { type CacheKey, isKey } from './keys.js';
export { type RedisTierOptions, redisTier, type Tier, type TierClient } from './tier.js';
