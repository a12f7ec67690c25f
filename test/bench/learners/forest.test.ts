import test from 'ava';
import { type ForestResult, forestChecks, measureForest } from '../../../bench/learners/forest.js';

test('flat trees are measured on the same answers, of two classes and of four', async (t) => {
  for (const classes of [2, 4] as const) {
    const { different, rows, theirs, ours, speedup } = await measureForest(1, classes, true);
    t.deepEqual([different, rows], [0, 300]);
    t.true(theirs > 0 && ours > 0 && speedup > 0);
  }
});

test('the slowest case counts, and a single row that is answered otherwise', (t) => {
  const result: ForestResult = { classes: 2, rows: 10, theirs: 30, ours: 2, speedup: 15, different: 0 };
  const ok = (results: readonly ForestResult[]) => forestChecks(results, false).map((check) => check.ok);
  t.deepEqual(ok([result, { ...result, speedup: 9.9 }]), [false, true]);
  t.deepEqual(ok([result, { ...result, different: 1 }]), [true, false]);
  t.deepEqual(ok([result]), [true, true]);
  t.is(forestChecks([result], true)[0].ok, null);
});
