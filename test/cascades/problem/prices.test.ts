import test from 'ava';
import { checkPrices, checkProfilePrices } from '../../../cascades/problem/index.js';
import { agreementWorld, type GaussianRow, gaussianWorld } from '../../../datasets/index.js';
import { define, dense, logisticRegression, OptionError, tune, tuneTopK } from '../../../index.js';
import { profileOf, tuneWorld, worldsFull } from '../../support/agreement.js';

const world = gaussianWorld({ rows: 400, seed: 1 });
const flat = (arrays: readonly ArrayLike<number>[]) =>
  Float32Array.from(arrays.flatMap((array) => Array.from(array)));
const features = (price?: number) =>
  define({
    cheap: dense(2, (rows: readonly GaussianRow[]) => flat(rows.map(({ cheap }) => cheap))),
    costly: dense(
      2,
      (rows: readonly GaussianRow[]) => flat(rows.map(({ costly }) => costly)),
      price === undefined ? {} : { price },
    ),
  });
const refused = { instanceOf: OptionError, message: /'objective'.*nothing .* has a price/ };

test('an objective of prices without any price is refused before anything is computed', async (t) => {
  for (const each of [features(), features(0)]) {
    const options = { features: each, full: logisticRegression(), objective: 'price' } as const;
    await t.throwsAsync(
      tune({ ...options, rows: world.rows, labels: world.labels, bound: { epsilon: 0.05 } }),
      refused,
    );
    await t.throwsAsync(
      tuneTopK({
        ...options,
        rows: world.rows,
        labels: world.labels,
        queries: Array.from({ length: 10 }, (_, q) => world.rows.slice(20 * q, 20 * (q + 1))),
        k: 2,
        bound: { recall: 0.9 },
      }),
      refused,
    );
  }
});

test('prices count where the full pipeline pays them: of its features, its model, or in the profile', (t) => {
  const full = logisticRegression();
  t.notThrows(() => checkPrices('objective', { features: features(0.1), full }));
  const trained = { ...worldsFull, reads: ['cheap'] };
  t.throws(() => checkPrices('objective', { features: features(0.1), full: trained }), refused);
  t.notThrows(() => checkPrices('objective', { features: features(), full: { ...trained, price: 1 } }));
  // A profile that is given has the costs, whatever the features declare.
  const profile = profileOf({ cheap: 1, costly: 100 });
  t.throws(() => checkPrices('objective', { features: features(0.1), full, profile }), refused);
  t.throws(() => checkProfilePrices('whatIf.objective', profile, ['cheap']), {
    instanceOf: OptionError,
    message: /'whatIf.objective'/,
  });
});

test('a what-if of prices needs one, too', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 2_000, seed: 1, accuracy: 0.95 }));
  t.throws(() => cascade.whatIf({ objective: 'price' }), {
    instanceOf: OptionError,
    message: /'whatIf.objective'/,
  });
  t.notThrows(() => cascade.whatIf({ objective: 'price', costs: { costly: { price: 1 } } }));
});
