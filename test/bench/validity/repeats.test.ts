import test from 'ava';
import { mixture, repeats } from '../../../bench/validity/scenarios/repeats.js';
import { binomialPValue } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';

const TRIALS = atLength(24, 40);

for (const scenario of repeats) {
  test(`${scenario.name} it holds, and is broken by: ${scenario.fault}`, async (t) => {
    const sums = { broken: 0, faultBroken: 0 };
    for (let seed = 0; seed < TRIALS; seed++) {
      const { broken, faultBroken } = await scenario.trial(seed);
      sums.broken += Number(broken);
      sums.faultBroken += Number(faultBroken);
    }
    t.true(1 - binomialPValue(sums.broken - 1, TRIALS, scenario.delta) > 0.001, `${sums.broken} broken`);
    t.true(sums.faultBroken > 2, `${sums.faultBroken} broken by the fault`);
  });
}

test('of draws of one value and copies of others nothing is promised', async (t) => {
  let broken = 0;
  for (let seed = 0; seed < TRIALS; seed++) broken += Number((await mixture.trial(seed)).broken);
  t.true(broken > TRIALS / 2, `docs/limits.md says more: ${broken}`);
});
