import test from 'ava';
import { randomForest } from '../../../../../lib/learn/learners/index.js';

test('a fit that fits is planned as it was asked for', (t) => {
  // 80 of 100 rows grow trees: 10 trees x 10 columns x 80² x 30 a place, half of the places between rows of different classes.
  const { rows, trees, work, reductions } = randomForest({ trees: 10, columnSample: 0.5 }).plan({
    rows: 100,
    columns: 20,
    classes: 2,
  });
  t.deepEqual(
    { rows, trees, work, reductions },
    { rows: 80, trees: 10, work: 10 * 10 * 6400 * 15, reductions: [] },
  );
});

test('work is what the plan says, whatever the blocks store', (t) => {
  const learner = randomForest();
  const shape = { rows: 3000, columns: 40, classes: 3 };
  t.is(learner.work({ ...shape, entries: 7 }), learner.plan(shape).work);
});

test('numbers may be cut between any two rows, and every row grows trees', (t) => {
  const { rows, work } = randomForest({ task: 'regression', trees: 1, columnSample: 1 }).plan({
    rows: 100,
    columns: 3,
    classes: 1,
  });
  t.deepEqual([rows, work], [100, 3 * 10_000 * 10]);
});

test('too many rows are cut first, then trees, then rows again', (t) => {
  const shape = { rows: 50_000, columns: 20, classes: 2 };
  const learner = (maxWork: number) => randomForest({ columnSample: 0.5, maxWork });
  const tree = 10 * 2000 ** 2 * 15;
  const enough = learner(50 * tree).plan(shape);
  t.deepEqual(enough, { rows: 2000, trees: 50, work: 50 * tree, reductions: ['2,000 of 40,000 rows'] });
  const fewer = learner(20.5 * tree).plan(shape);
  t.deepEqual(fewer, {
    rows: 2000,
    trees: 20,
    work: 20 * tree,
    reductions: ['2,000 of 40,000 rows', '20 of 50 trees'],
  });
  const least = learner(2.5 * tree).plan(shape);
  t.deepEqual(least, {
    rows: 1000,
    trees: 10,
    work: 2.5 * tree,
    reductions: ['1,000 of 40,000 rows', '10 of 50 trees'],
  });
  t.deepEqual(learner(1).plan(shape).rows, 100);
});

test('a plan keeps to maxWork wherever it can, and no plan is for nothing', (t) => {
  for (const rows of [1, 5, 300, 5000, 1e6]) {
    for (const columns of [1, 20, 3000]) {
      const plan = randomForest().plan({ rows, columns, classes: 10 });
      t.true(plan.trees >= 10 && plan.rows >= Math.min(100, Math.floor(0.8 * rows)));
      t.true(plan.work <= 5e10);
    }
  }
});
