import test from 'ava';
import {
  type BoostingLoss,
  listwiseLoss,
  logisticLoss,
  pairwiseLoss,
  quantileLoss,
  softmaxLoss,
  squaredLoss,
} from '../../../../../lib/learn/learners/boosting/losses/index.js';
import { near } from '../../../../support/near.js';
import { uniform } from '../problem.js';

const ROWS = 12;
const random = uniform(4);
const values = Float64Array.from({ length: ROWS }, () => Math.floor(random() * 4));
const groups = Int32Array.from({ length: ROWS }, (_, r) => (r < 5 ? 3 : r < 6 ? 1 : 7));
const ones = Float64Array.from({ length: ROWS }, () => random());
const distributions = Float64Array.from({ length: 3 * ROWS }, (_, i) =>
  i % 3 === 2 ? 0.5 : i % 3 ? 0.2 : 0.3,
);
const rows = Int32Array.from({ length: ROWS }, (_, r) => r);

const losses: Record<string, BoostingLoss> = {
  logistic: logisticLoss(ones),
  softmax: softmaxLoss(distributions, 3),
  squared: squaredLoss(values),
  pairwise: pairwiseLoss(values, groups),
  listwise: listwiseLoss(values, groups),
};

for (const [name, loss] of Object.entries(losses)) {
  test(`${name}: derivatives are those of the mean loss, by finite differences`, (t) => {
    const { outputs } = loss;
    const margins = Float64Array.from({ length: ROWS * outputs }, () => 2 * random() - 1);
    const firsts = new Float64Array(ROWS * outputs);
    const seconds = new Float64Array(ROWS * outputs);
    loss.differentiate(margins, firsts, seconds);
    const at = (i: number, by: number) => loss.mean(margins.with(i, margins[i] + by), rows) * ROWS;
    for (let i = 0; i < margins.length; i++) {
      const place = (i % outputs) * ROWS + Math.floor(i / outputs);
      near(t, firsts[place], (at(i, 1e-5) - at(i, -1e-5)) / 2e-5, 1e-5, 1e-6);
      near(t, seconds[place], (at(i, 1e-3) - 2 * at(i, 0) + at(i, -1e-3)) / 1e-6, 1e-3, 1e-4);
    }
  });
}

test('base margins have no slope left, all rows together', (t) => {
  for (const loss of [losses.logistic, losses.softmax, losses.squared]) {
    const { outputs } = loss;
    const base = loss.base(rows);
    const margins = Float64Array.from({ length: ROWS * outputs }, (_, i) => base[i % outputs]);
    const firsts = new Float64Array(ROWS * outputs);
    loss.differentiate(margins, firsts, new Float64Array(ROWS * outputs));
    for (let o = 0; o < outputs; o++) {
      near(
        t,
        firsts.subarray(o * ROWS, (o + 1) * ROWS).reduce((sum, first) => sum + first, 0),
        0,
        0,
        1e-12,
      );
    }
  }
});

test('the step of a quantile is least of all', (t) => {
  for (const quantile of [0.1, 0.5, 0.75, 0.9]) {
    const loss = quantileLoss(values, quantile);
    const some = Int32Array.of(1, 3, 4, 8);
    const margins = values.map((_, r) => r / 10);
    const step = loss.step?.(margins, some) ?? Number.NaN;
    const moved = (by: number) =>
      loss.mean(
        margins.map((margin) => margin + by),
        some,
      );
    for (let by = -5; by <= 5; by += 0.01) t.true(moved(step) <= moved(by) + 1e-12);
  }
});

test('the median of an even number of rows is the middle of the two', (t) => {
  t.is(quantileLoss(Float64Array.of(1, 2, 4, 9), 0.5).base(Int32Array.of(0, 1, 2, 3))[0], 3);
  t.is(quantileLoss(Float64Array.of(1, 2, 4, 9), 0.9).base(Int32Array.of(0, 1, 2, 3))[0], 9);
});

test('queries of one value have nothing to put in order', (t) => {
  const loss = pairwiseLoss(Float64Array.of(2, 2), Int32Array.of(1, 1));
  const firsts = new Float64Array(2);
  loss.differentiate(Float64Array.of(0, 1), firsts, new Float64Array(2));
  t.deepEqual([...firsts], [0, 0]);
  t.is(loss.mean(Float64Array.of(0, 1), Int32Array.of(0, 1)), 0);
});
