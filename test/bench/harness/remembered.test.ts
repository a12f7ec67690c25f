import test from 'ava';
import { logisticRegression, tune } from 'spillway';
import { remembered } from '../../../bench/harness/remembered.js';
import { agreementWorld } from '../../../datasets/index.js';
import { cheapAndCostly, costs } from '../cheapAndCostly.js';

test('a cascade that remembers its rows answers, is certified and asks like the one that it is of', async (t) => {
  const { rows, labels } = agreementWorld({ rows: 2_000, seed: 5 });
  const cascade = await tune({
    features: cheapAndCostly,
    rows: rows.slice(0, 1_500),
    labels: labels.slice(0, 1_500),
    full: logisticRegression({ l2: 0.1 }),
    bound: { loss: 'disagreement', epsilon: 0.05 },
    seed: 1,
    split: { folds: 2 },
    profile: costs,
  });
  const batch = rows.slice(1_500);
  const same = remembered(cascade, batch);
  t.deepEqual(await same.full.predict(batch), await cascade.full.predict(batch));
  const options = { epsilon: 0.05, seed: 7 };
  t.deepEqual(await same.certifyBatch(batch, options), await cascade.certifyBatch(batch, options));
  t.throws(() => same.predictSync(rows.slice(0, 1)), { message: /remembered/ });
});
