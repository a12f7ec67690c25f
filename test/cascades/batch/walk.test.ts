import test from 'ava';
import { lettingOut, mostAggressivePlan } from '../../../cascades/batch/walk.js';

const stages = [{ answers: Float64Array.of(0, 0, 1, 1), confidence: new Float64Array(4).fill(0.9) }];
// Each plan lets out one class, and is wrong once.
const path = [[Float64Array.of(0.5, 2)], [Float64Array.of(2, 0.5)]];
const full = Float64Array.of(1, 0, 0, 1);

test('a plan is charged with the errors of all plans before it', (t) => {
  const last = (errors: number) => mostAggressivePlan(stages, path, Int32Array.of(0, 1, 2, 3), full, errors);
  t.deepEqual([0, 1, 2].map(last), [-1, 0, 1]);
});

test('rows are open from the first plan on that lets them out', (t) => {
  t.deepEqual(lettingOut(stages, path, 4), {
    opens: Int32Array.of(0, 0, 1, 1),
    leaving: [2, 2],
    open: [2, 4],
  });
});
