import test from 'ava';
import { logisticRegression, tune } from 'spillway';
import { harmCascade } from '../../../bench/mail/harm.js';
import { agreementWorld } from '../../../datasets/index.js';
import { cheapAndCostly, costs } from '../cheapAndCostly.js';

const { rows, labels } = agreementWorld({ rows: 2_000, seed: 3, accuracy: 0.9 });

const tuned = (loss: 'accuracy' | 'harm') =>
  tune({
    features: cheapAndCostly,
    rows,
    labels,
    full: logisticRegression({ l2: 0.1 }),
    bound: { loss, epsilon: 0.03 },
    seed: 1,
    split: { folds: 2 },
    profile: costs,
  });
const harm = tuned('harm');

test("the cascade for harm is the one that tune makes, whose path is accuracy's", async (t) => {
  const found = harmCascade(await tuned('accuracy'));
  const made = await harm;
  t.is(made.certificate.verdict, 'certified');
  t.true(made.certificate.lost > 0);
  t.deepEqual(found.plan, made.plan);
  const { constant, ...certificate } = made.certificate;
  t.is(constant?.answer, 'yes');
  t.deepEqual(found.certificate, certificate);
  const unseen = agreementWorld({ rows: 500, seed: 4, accuracy: 0.9 }).rows;
  t.deepEqual(found.predictSync(unseen).labels, made.predictSync(unseen).labels);
});

test('a cascade tuned for another loss has another path and is refused', async (t) => {
  const made = await harm;
  t.throws(() => harmCascade(made), { instanceOf: TypeError });
});
