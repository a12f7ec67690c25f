import test from 'ava';
import { pairedSize, size } from '../../../bench/validity/worlds/sharp.js';
import { logGamma, pairedAllowed } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

test("the binomial test's size for 1 % on 10,000 rows is .0455", (t) => {
  near(t, size(10_000, 0.01), 0.0455, 0, 5e-5);
});

test("the paired test's size is the probability of all outcomes that it allows", (t) => {
  const [n, epsilon, pc] = [60, 0.1, 0.05];
  let sum = 0;
  for (let c = 0; c <= n; c++) {
    const most = Math.min(n - c, pairedAllowed(c, n, epsilon, 0.05));
    for (let b = 0; b <= most; b++) {
      const rest = n - b - c;
      const ways = logGamma(n + 1) - logGamma(b + 1) - logGamma(c + 1) - logGamma(rest + 1);
      const chances = b * Math.log(pc + epsilon) + c * Math.log(pc) + rest * Math.log(1 - 2 * pc - epsilon);
      sum += Math.exp(ways + chances);
    }
  }
  t.true(sum > 0.03);
  near(t, pairedSize(n, epsilon, pc), sum, 1e-6);
});
