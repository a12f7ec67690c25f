import test from 'ava';
import { gaussianWorld } from '../../../datasets/index.js';
import { forecastTopK, logisticRegression, OptionError, PriceLimitError, tuneTopK } from '../../../index.js';
import { countedFeatures, countedModel, Requested, world } from '../../support/counted.js';

/** Row requests beyond once for every row. */
const MOST = 256;
const { rows: pool } = gaussianWorld({ rows: 400, seed: 9, cheapShift: 2, costlyShift: 3 });
const rows = world.rows.slice(0, 300);
const labels = world.labels.slice(0, 300);
const once = rows.length + pool.length;

function rankerOptions() {
  const { clock, requested, features } = countedFeatures();
  const given = new Requested();
  const full = countedModel(given, {
    price: 0.5,
    work: (count) => {
      clock.time += 0.001 * count;
    },
  });
  const options = {
    features,
    rows,
    labels,
    full,
    approximate: logisticRegression(),
    rankClass: 'b',
    queries: { pool, size: 60, count: 24 },
    k: 5,
    bound: { recall: 0.8, delta: 0.2 },
    clock,
  } as const;
  return { options, requested, given };
}

test('a ranker’s tuning asks what is dear once for each row of training and of queries, and little more', async (t) => {
  const { options, requested, given } = rankerOptions();
  const reported = await forecastTopK(options);
  await tuneTopK({ ...options, maxPrice: reported.price });
  for (const [name, counted] of [
    ['priced', requested],
    ['slow', requested],
    ['full', given],
  ] as const) {
    const count = counted.rows(name);
    t.true(count >= 0.9 * once && count <= once + MOST, `${name}: ${count} of ${once}`);
    t.true(count <= (name === 'full' ? reported.full : reported.features[name])!.rows);
  }
  t.true(requested.rows('cheap') > once + 1_000);
  const { cheap } = reported.features;
  t.true(requested.rows('cheap') <= cheap.rows + cheap.measuring);
});

test('a ranker’s forecast beyond maxPrice is refused before the first call', async (t) => {
  const { options, requested } = rankerOptions();
  const { price, features } = await forecastTopK(options);
  t.true(price > 0);
  t.is(features.priced.steps.features, 300 + 64 + 128 + 32);
  const limit = { instanceOf: PriceLimitError, message: /'maxPrice' is 1: nothing was requested/ };
  await t.throwsAsync(tuneTopK({ ...options, maxPrice: 1 }), limit);
  t.deepEqual([requested.rows('priced'), requested.rows('cheap')], [0, 0]);
  await t.throwsAsync(tuneTopK({ ...options, maxPrice: -1 }), { instanceOf: OptionError });
});
