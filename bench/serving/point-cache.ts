import { LRUCache } from 'lru-cache';
import { cached, denseBlock, type FittedFeature, featureCache, RowView } from 'spillway';
import { random } from '../../lib/stats/index.js';

/**
 * The feature cache with keys of Zipf's law: how often it has them, beside lru-cache alone with as many bytes, and how much it
 * saves of several features that cost differently, beside caches of equal parts.
 */

interface Keyed {
  readonly key: number;
}

/** Columns of each feature, and bytes of an entry as the cache counts them: 200, the key's 8, and the numbers. */
const COLUMNS = 10;
const ENTRY = 200 + 8 + 4 * COLUMNS;

/** Features that are asked in turn: keys, Zipf's exponent and milliseconds a row; exponent -1: keys never come twice. */
const WORLDS: Readonly<
  Record<string, readonly (readonly [keys: number, exponent: number, costMs: number])[]>
> = {
  alike: [
    [20_000, 1, 1],
    [20_000, 1, 1],
  ],
  'one dear': [
    [20_000, 1, 20],
    [20_000, 1, 1],
  ],
  'dear but never twice': [
    [1, -1, 20],
    [20_000, 1, 1],
  ],
  'few and many': [
    [500, 0.6, 1],
    [50_000, 0.9, 1],
    [5_000, 1.1, 4],
  ],
  'all fits': [
    [200, 1, 1],
    [200, 1, 5],
  ],
};

export function cacheFigures(quick: boolean) {
  const lookups = quick ? 30_000 : 400_000;
  const alone = [0.7, 0.9, 1.1].map((exponent) => zipfFigures(exponent, lookups));
  const worlds = Object.entries(WORLDS).map(([name, features]) => {
    const bytes = 2_000 * ENTRY;
    const together = savedMs(features, [featureCache({ maxBytes: bytes })], lookups);
    const part = Math.floor(bytes / features.length);
    const apart = savedMs(
      features,
      features.map(() => featureCache({ maxBytes: part })),
      lookups,
    );
    return { name, savedMs: together, equalMs: apart, ratio: together / apart };
  });
  return { alone, worlds };
}

function zipfFigures(exponent: number, lookups: number) {
  const maxBytes = 2_000 * ENTRY;
  const draw = zipf(20_000, exponent, 1);
  const keys = Float64Array.from({ length: lookups }, draw);
  const lru = new LRUCache<number, Float32Array>({ maxSize: maxBytes });
  let hits = 0;
  for (const key of keys) {
    if (lru.get(key) !== undefined) hits++;
    else lru.set(key, new Float32Array(COLUMNS), { size: ENTRY });
  }
  const front = served(featureCache({ maxBytes }), 1);
  for (const key of keys) front.compute(RowView.of([{ key }]));
  const own = (front.counts?.().hits ?? 0) / lookups;
  return { exponent, lruHitRate: hits / lookups, hitRate: own, ratio: (own * lookups) / hits };
}

/** @param caches one for all, or one for each */
function savedMs(
  features: (typeof WORLDS)[string],
  caches: readonly ReturnType<typeof featureCache>[],
  lookups: number,
): number {
  const fronts = features.map(([, , costMs], f) => served(caches[f % caches.length], costMs));
  const draws = features.map(([keys, exponent], f) => zipf(keys, exponent, f + 1));
  for (let i = 0; i < lookups; i++) {
    const f = i % features.length;
    fronts[f].compute(RowView.of([{ key: draws[f]() }]));
  }
  return fronts.reduce((sum, front) => sum + (front.counts?.().savedMs ?? 0), 0);
}

function served(cache: ReturnType<typeof featureCache>, worth: number): FittedFeature<Keyed> {
  const fitted: FittedFeature<Keyed> = {
    columns: COLUMNS,
    compute: (view) => denseBlock(view.length, COLUMNS, new Float32Array(view.length * COLUMNS)),
    state: { json: null, tensors: {} },
  };
  const feature = cached(
    { kind: 'zeros', reads: [], fit: () => fitted, load: () => fitted },
    {
      cache,
      key: (row: Keyed) => row.key,
      worth,
    },
  );
  return feature.served?.(fitted, 'zeros', undefined) ?? fitted;
}

/** Draws of the keys 1 … n, the k-th in proportion to k^-exponent. */
function zipf(n: number, exponent: number, seed: number): () => number {
  let next = 0;
  if (exponent < 0) return () => next++;
  const below = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k++) {
    sum += (k + 1) ** -exponent;
    below[k] = sum;
  }
  const draws = random(seed).fork('zipf');
  return () => {
    const at = draws.uniform() * sum;
    let [low, high] = [0, n - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (below[middle] > at) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  };
}
