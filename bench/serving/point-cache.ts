import { LRUCache } from 'lru-cache';
import { denseBlock, type FittedFeature, RowView } from 'spillway/extend';
import { cached, featureCache } from 'spillway/lookup';
import { random } from '../../lib/stats/index.js';

/** The feature cache with keys of Zipf's law: how often it has them, beside lru-cache alone with as many bytes. */

interface Keyed {
  readonly key: number;
}

/** Columns of each feature, and bytes of an entry as the cache counts them: 200, the key's 8, and the numbers. */
const COLUMNS = 10;
const ENTRY = 200 + 8 + 4 * COLUMNS;

export function cacheFigures(quick: boolean) {
  const lookups = quick ? 30_000 : 400_000;
  const alone = [0.7, 0.9, 1.1].map((exponent) => zipfFigures(exponent, lookups));
  return { alone };
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
  const front = served(featureCache({ maxBytes }));
  for (const key of keys) front.compute(RowView.of([{ key }]));
  const own = (front.counts?.().hits ?? 0) / lookups;
  return { exponent, lruHitRate: hits / lookups, hitRate: own, ratio: (own * lookups) / hits };
}

function served(cache: ReturnType<typeof featureCache>): FittedFeature<Keyed> {
  const fitted: FittedFeature<Keyed> = {
    columns: COLUMNS,
    compute: (view) => denseBlock(view.length, COLUMNS, new Float32Array(view.length * COLUMNS)),
    state: { json: null, tensors: {} },
  };
  const feature = cached(
    { kind: 'zeros', reads: [], fit: () => fitted, load: () => fitted },
    { cache, key: (row: Keyed) => row.key },
  );
  return feature.served?.(fitted, 'zeros', undefined) ?? fitted;
}

/** Draws of the keys 1 … n, the k-th in proportion to k^-exponent. */
function zipf(n: number, exponent: number, seed: number): () => number {
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
