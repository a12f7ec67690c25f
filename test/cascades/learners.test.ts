import test from 'ava';
import { type NumberRow, numberWorld } from '../../datasets/index.js';
import { define, dense, gradientBoosting, logisticRegression, tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';

/** A label that no line can tell from the cheap numbers, and a tree can: whether they have the same sign. */
const world = numberWorld({ rows: 1_500, seed: 1, spread: 0.2 });
const labels = world.rows.map(({ base, doubt, rest }) => (base * doubt + 0.05 * rest > 0 ? 'same' : 'other'));
const features = define({
  cheap: dense(2, (rows: readonly NumberRow[]) =>
    Float32Array.from(rows.flatMap(({ base, doubt }) => [base, doubt])),
  ),
  costly: dense(1, (rows: readonly NumberRow[]) =>
    Float32Array.from(rows, ({ base, doubt, rest }) => base * doubt + 0.05 * rest),
  ),
});

test('of several learners the one that saves most is a stage’s, and the report says what each would have cost', async (t) => {
  const cascade = await tune({
    features,
    rows: world.rows,
    labels,
    full: logisticRegression(),
    approximate: [logisticRegression(), gradientBoosting({ rounds: 40, minRows: 10 })],
    profile: profileOf({ cheap: 1, costly: 100 }, ['logistic-regression', 'gradient-boosting']),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.03 },
  });
  t.is(cascade.certificate.verdict, 'certified');
  const [stage] = cascade.plan.stages;
  t.is(stage.learner, 'gradient-boosting');
  const lines = cascade.summary().split('\n');
  const lineOf = (learner: string) => lines.find((line) => new RegExp(`cheap +${learner}`).test(line)) ?? '';
  const costOf = (learner: string) => Number(/([\d.]+) µs/.exec(lineOf(learner))?.[1]);
  t.regex(lineOf('gradient-boosting'), /chosen/);
  t.notRegex(lineOf('logistic-regression'), /chosen/);
  t.true(costOf('gradient-boosting') < 0.8 * costOf('logistic-regression'), lines.join('\n'));
});
