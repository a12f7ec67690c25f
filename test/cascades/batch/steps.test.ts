import test from 'ava';
import { concluded, designOf } from '../../../cascades/batch/steps.js';
import { halfPlan } from '../../support/plans.js';

test('a part of a row may not be wrong: 1.999 rows are one', (t) => {
  const path = { seen: { rows: 1_000, changed: [0] }, lost: undefined, flips: 0 };
  const counts = { rows: 1_000, leaving: [500], open: [500] };
  const count = (epsilon: number) => designOf(path, counts, { epsilon, delta: 0.05 }).count;
  // The fewest n with (500 - n)(499 - n) <= .05 * 500 * 499; with 2 rows, of three factors.
  t.deepEqual([0.001, 0.001999, 0.002].map(count), [388, 388, 316]);
});

/** Three plans, of which a design has the first two, on drawn rows that the first lets out; they lose nothing but for some. */
function stepOf(drawn: number, loss: 'disagreement' | 'excessDisagreement', epsilon: number, wrong = 0) {
  const full = Float64Array.from({ length: drawn }, (_, row) => Number(row < wrong));
  const stages = [{ answers: new Float64Array(drawn), confidence: new Float64Array(drawn).fill(0.9) }];
  const path = [0.5, 0.4, 0.3].map((threshold) => [Float64Array.of(threshold, threshold)]);
  const tested = {
    path,
    chain: [],
    seen: { rows: 0, changed: [] },
    flips: 0,
    varies: false,
    plan: () => halfPlan,
  };
  const counts = { rows: 1_000, leaving: [200, 300, 500], open: [200, 400, 500] };
  const design = { plans: 2, count: drawn, errors: 1 };
  const test = { ...counts, stages, drawn: Int32Array.from(full.keys()), full, second: full, design };
  return concluded({ classes: ['no', 'yes'] }, tested, test, { epsilon, delta: 0.05, loss, seed: 1 }).step;
}

test('in excess a part of a row may not be lost either, of all rows that tested plans let out', (t) => {
  const step = (drawn: number, epsilon: number) => stepOf(drawn, 'excessDisagreement', epsilon);
  // Of 400 rows 382 show by betting that no 2 are lost, and 348 that no 3 are; of 300 it takes 287, and of 500 477.
  t.deepEqual(
    [381, 382].map((drawn) => step(drawn, 0.001999)),
    [-1, 1],
  );
  t.deepEqual(
    [347, 348].map((drawn) => step(drawn, 0.002)),
    [-1, 1],
  );
});

test('no plan beyond the design passes: of rows that it alone lets out none was drawn', (t) => {
  t.deepEqual(
    [0, 1, 2].map((wrong) => stepOf(50, 'disagreement', 0.1, wrong)),
    [1, 1, -1],
  );
});
