import test from 'ava';
import { normalQuantile } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

test('quantiles of the normal distribution', (t) => {
  // scipy.stats.norm.ppf of scipy 1.17, from every branch.
  const known: readonly (readonly [number, number])[] = [
    [0.975, 1.959963984540054],
    [0.9, 1.2815515655446004],
    [0.42, -0.20189347914185088],
    [0.025, -1.9599639845400545],
    [1e-7 - 2 ** -52, -5.199337582605575],
    [1e-12, -7.034483825301131],
    [1e-300, -37.0470962993612],
  ];
  for (const [probability, quantile] of known) near(t, normalQuantile(probability), quantile, 2e-15);
  for (const probability of [1e-6, 0.01, 0.074, 0.076, 0.3])
    near(t, normalQuantile(1 - probability), -normalQuantile(probability), 1e-9);
  t.is(normalQuantile(0.5), 0);
  t.deepEqual([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile), [
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});
