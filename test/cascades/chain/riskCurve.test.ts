import test from 'ava';
import type { StageEvidence } from '../../../cascades/chain/index.js';
import { orderOf } from '../../../cascades/chain/order.js';
import { smoothed as smoothedBy } from '../../../cascades/chain/riskCurve.js';
import { random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

const smoothed = (stage: StageEvidence, width: number) => smoothedBy(stage, orderOf(stage, width));

/** Rows of two classes that lose `worth` with a chance that falls as the stage gets surer. */
function evidence(worth: number): StageEvidence {
  const draw = random(3);
  const rows = 4_000;
  const confidence = Float64Array.from({ length: rows }, () => 0.5 + draw.uniform() / 2);
  return {
    answers: Float64Array.from({ length: rows }, (_, row) => row % 2),
    confidence,
    loss: confidence.map((p) => (draw.uniform() < 1 - p ? worth : 0)),
  };
}

test('smoothed losses fall with confidence and follow the true risk', (t) => {
  const stage = evidence(1);
  const { loss } = smoothed(stage, 2);
  const order = [...loss.keys()]
    .filter((row) => row % 2 === 0)
    .sort((a, b) => stage.confidence[a] - stage.confidence[b]);
  for (let i = 1; i < order.length; i++) t.true(loss[order[i]] <= loss[order[i - 1]] + 1e-12);
  // The floor errs on the side of care: it adds at most the share of losses among all rows.
  for (const row of order) {
    const truth = 1 - stage.confidence[row];
    t.true(loss[row] > truth - 0.05 && loss[row] < truth + 0.3, `${loss[row]} where ${truth} is true`);
  }
});

test('a loss of another worth is smoothed to as many times the risk', (t) => {
  const [one, half] = [smoothed(evidence(1), 2), smoothed(evidence(0.5), 2)];
  one.loss.forEach((loss, row) => {
    near(t, half.loss[row], loss / 2, 1e-9, 1e-9);
  });
});

test('a row without a decision has no risk, and a class without a loss a small one', (t) => {
  const stage = evidence(1);
  const answers = stage.answers.map((c, row) => (row === 0 ? Number.NaN : c));
  const { loss } = smoothed({ ...stage, answers, loss: new Float64Array(answers.length) }, 2);
  t.is(loss[0], 0);
  t.true(loss.slice(1).every((value) => value > 0 && value < 0.1));
});

test('a row that the stage is not sure of at all has no part in what others risk', (t) => {
  const stage = evidence(1);
  const confidence = stage.confidence.map((sure, row) => (row % 10 === 0 ? Number.NaN : sure));
  const { loss } = smoothed({ ...stage, confidence }, 2);
  loss.forEach((value, row) => {
    if (row % 10 === 0) t.is(value, 0);
    else t.true(value > 0 && value < 1);
  });
});
