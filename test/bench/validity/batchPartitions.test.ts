import test from 'ava';
import { chanceOfMore, LEVEL } from '../../../bench/validity/refuted.js';
import { batchPartitions } from '../../../bench/validity/scenarios/batchPartitions.js';
import { atLength } from '../../support/atLength.js';

for (const { name, fault, delta, trial } of batchPartitions) {
  test(`${name}: the promise holds, and the run flags that ${fault}`, async (t) => {
    const trials = atLength(10, 200);
    let [broken, faults] = [0, 0];
    for (let seed = 0; seed < trials; seed++) {
      const outcome = await trial(seed);
      broken += Number(outcome.broken);
      faults += Number(outcome.faultBroken);
    }
    t.true(chanceOfMore(broken, trials, delta) >= LEVEL, `${broken} of ${trials}`);
    t.true(chanceOfMore(faults, trials, delta) < LEVEL, `${faults} of ${trials}`);
  });
}
