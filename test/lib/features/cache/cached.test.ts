import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { cached, featureCache, type Tier } from '../../../../lib/features/cache/index.js';
import { dense, type Feature, type FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import { type Item, items } from './features.js';

const key = (row: Item) => row.key;
const view = RowView.of(items(['a', 'b', 'a']));

/** Doubles what it learnt from the rows that it was fitted to: how many there were. */
function learning(calls: number[], version?: string): Feature<Item> {
  const fitted = (rows: number): FittedFeature<Item> => ({
    columns: 1,
    compute(requested) {
      calls.push(requested.length);
      return denseBlock(requested.length, 1, new Float32Array(requested.length).fill(rows));
    },
    state: { json: { rows }, tensors: { weights: Float32Array.of(rows) } },
  });
  return {
    kind: 'learning',
    reads: [],
    version,
    fit: (all) => fitted(all.length),
    load: ({ json }) =>
      fitted(typeof json === 'object' && json !== null && 'rows' in json ? Number(json.rows) : 0),
  };
}

function memoryTier(): Tier & { readonly kept: Map<string, Uint8Array>; readonly requested: string[] } {
  const kept = new Map<string, Uint8Array>();
  const requested: string[] = [];
  return {
    kept,
    requested,
    async get(keys) {
      requested.push(...keys);
      return keys.map((each) => kept.get(each) ?? null);
    },
    async set(entries) {
      for (const [each, value] of entries) kept.set(each, value);
    },
  };
}

function servedBy(feature: Feature<Item>, fitted: FittedFeature<Item>): FittedFeature<Item> {
  const served = feature.served?.(fitted, 'f', undefined);
  if (served === undefined) throw new Error('nothing serves in its place');
  return served;
}

async function fitOn(feature: Feature<Item>, rows: number): Promise<FittedFeature<Item>> {
  return feature.fit(RowView.of(items(new Array(rows).fill('x'))));
}

test('tuning computes by the feature itself; what serves is the same for the same fit, and none of another fit’s', async (t) => {
  const calls: number[] = [];
  const feature = cached(learning(calls), { cache: featureCache({ maxBytes: 1e5 }), key });
  const [first, second] = [await fitOn(feature, 5), await fitOn(feature, 7)];
  first.compute(view);
  first.compute(view);
  t.deepEqual(calls, [3, 3]);
  const [a, b] = [servedBy(feature, first), servedBy(feature, second)];
  t.is(servedBy(feature, first), a);
  t.deepEqual(a.compute(view), denseBlock(3, 1, Float32Array.of(5, 5, 5)));
  t.deepEqual(b.compute(view), denseBlock(3, 1, Float32Array.of(7, 7, 7)));
  t.deepEqual(a.compute(view), denseBlock(3, 1, Float32Array.of(5, 5, 5)));
  t.deepEqual(calls, [3, 3, 2, 2]);
});

test('what another process left in the second cache is taken, but only of the same version, fit, name and key', async (t) => {
  const tier = memoryTier();
  const calls: number[] = [];
  const process = async (version: string, rows: number) => {
    const feature = cached(learning(calls, version), { cache: featureCache({ maxBytes: 1e5, tier }), key });
    return servedBy(feature, await fitOn(feature, rows)).compute(view);
  };
  const blocks = [];
  for (const [version, rows] of [
    ['1', 5],
    ['1', 5],
    ['2', 5],
    ['1', 6],
  ] as const) {
    blocks.push(await process(version, rows));
    await new Promise(setImmediate);
  }
  t.deepEqual(calls, [2, 2, 2], 'the second one computed nothing');
  t.deepEqual(
    blocks,
    [5, 5, 5, 6].map((value) => denseBlock(3, 1, new Float32Array(3).fill(value))),
  );
  t.is(tier.kept.size, 6);
});

test('a second cache that is damaged, or down, is a miss', async (t) => {
  const tier = memoryTier();
  const calls: number[] = [];
  const request = async (of: Tier) => {
    const feature = cached(learning(calls, '1'), { cache: featureCache({ maxBytes: 1e5, tier: of }), key });
    const block = await servedBy(feature, await fitOn(feature, 5)).compute(view);
    await new Promise(setImmediate);
    return block;
  };
  await request(tier);
  for (const [each, bytes] of tier.kept) tier.kept.set(each, bytes.subarray(0, bytes.length - 1));
  const whole = denseBlock(3, 1, Float32Array.of(5, 5, 5));
  t.deepEqual(await request(tier), whole);
  const down = () => Promise.reject(new Error('down'));
  t.deepEqual(await request({ get: down, set: down }), whole);
  t.deepEqual(calls, [2, 2, 2]);
});

test('options are checked', (t) => {
  const cache = featureCache({ maxBytes: 1e5 });
  const feature = dense(1, (rows: readonly Item[]) => new Float32Array(rows.length));
  const tier = memoryTier();
  const text = (make: () => unknown) => t.throws(make, { name: 'OptionError' })?.message ?? '';
  t.regex(
    text(() => featureCache({ maxBytes: 0 })),
    /'maxBytes'/,
  );
  t.regex(
    text(() => cached(feature, { cache, key, ttlMs: 0 })),
    /'ttlMs'/,
  );
  t.regex(
    text(() => cached(feature, { cache, key, failuresMs: -1 })),
    /'failuresMs'/,
  );
  t.regex(
    text(() => cached(feature, { cache: featureCache({ maxBytes: 9, tier }), key })),
    /'version'/,
  );
});
