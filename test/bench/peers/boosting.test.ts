import test from 'ava';
import { digitRows, generatedRows } from '../../../bench/learners/data.js';
import { startBoosting } from '../../../bench/peers/boosting.js';

test('without Python the peer is missing, which is told apart from one that fails', async (t) => {
  t.is(await startBoosting('scikit-learn', 'no-such-python'), 'python3-sklearn is not installed');
  t.is(await startBoosting('LightGBM', 'no-such-python'), 'python3-lightgbm is not installed');
  // Node can't read Python.
  for (const library of ['scikit-learn', 'LightGBM'] as const) {
    const error = await t.throwsAsync(startBoosting(library, process.execPath));
    t.regex(error.message, new RegExp(`${library} failed`));
  }
});

test('generated rows depend on the seed alone, and both classes are common', (t) => {
  const problem = generatedRows(3, 400, 200);
  t.deepEqual(generatedRows(3, 400, 200), problem);
  t.notDeepEqual(generatedRows(4, 400, 200).labels, problem.labels);
  t.is(problem.test.length, 200 * problem.columns);
  const share = problem.labels.reduce((sum, label) => sum + label, 0) / 400;
  t.true(share > 0.3 && share < 0.7);
});

test('each digit is either learnt from or kept aside', (t) => {
  const values = Float32Array.from({ length: 60 }, (_, i) => Math.floor(i / 2));
  const labels = Int32Array.from({ length: 30 }, (_, i) => i);
  const problem = digitRows(values, labels, 1);
  t.is(problem.labels.length, 20);
  const all = [...problem.labels, ...problem.testLabels];
  t.deepEqual(
    all.toSorted((a, b) => a - b),
    [...labels],
  );
  problem.testLabels.forEach((label, r) => {
    t.is(problem.test[2 * r], label);
  });
});
