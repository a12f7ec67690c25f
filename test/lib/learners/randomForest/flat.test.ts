import test from 'ava';
import fc from 'fast-check';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import { ModelError } from '../../../../lib/errors.js';
import { runForest } from '../../../../lib/kernels/index.js';
import {
  flatForest,
  largestBelow,
  readTrees,
  type SourceForest,
} from '../../../../lib/learners/randomForest/index.js';
import { numeric, plain, problem, three, two } from './problem.js';

/** Rows that weren't trained on, some of which hold the very numbers at which trees divide, some none at all. */
const unseen = problem(200, true, 8).block;
const rows = plain({ blocks: [unseen] });

function answers(forest: SourceForest, classes: number): Float64Array {
  const flat = flatForest(readTrees(forest), classes);
  const out = new Float64Array(unseen.rows * flat.outputs);
  runForest(flat, [unseen], out);
  return out;
}

const settings = { nEstimators: 15, seed: 3, noOOB: true, treeOptions: { maxDepth: 5, gainThreshold: 0 } };

for (const { classes, labels, blocks } of [two, three]) {
  test(`${classes} classes: flat trees vote, row by row, as ml-random-forest’s do`, (t) => {
    const forest = new RandomForestClassifier({ ...settings, maxFeatures: 0.7 });
    forest.train(plain({ blocks }), [...labels]);
    const votes = answers(forest, classes);
    const theirs = forest.predictionValues(rows).to2DArray();
    const chosen = forest.predict(rows);
    theirs.forEach((answer, row) => {
      const counts = Array.from({ length: classes }, (_, c) => answer.filter((given) => given === c).length);
      const ours =
        classes === 2
          ? [15 - votes[row], votes[row]]
          : [...votes.subarray(row * classes, (row + 1) * classes)];
      t.deepEqual(ours, counts);
      // Where two classes have as many votes, it takes the one that got there first.
      t.is(ours[chosen[row]], Math.max(...ours));
    });
    t.true(new Set(chosen).size === classes);
  });
}

test('numbers: the mean of flat trees is ml-random-forest’s, bit for bit', (t) => {
  const forest = new RandomForestRegression({ ...settings, maxFeatures: 0.7 });
  forest.train(plain(numeric), [...(numeric.values ?? [])]);
  t.deepEqual(
    answers(forest, 1).map((sum) => sum / 15),
    Float64Array.from(forest.predict(rows)),
  );
});

test('a forest that was stored and loaded is read too', (t) => {
  const forest = new RandomForestClassifier(settings);
  forest.train(plain(three), [...three.labels]);
  const loaded = RandomForestClassifier.load(JSON.parse(JSON.stringify(forest)));
  t.deepEqual(answers(loaded, 3), answers(forest, 3));
});

/** Column 7 below 2.5 -> class 1, else column 4 below 0 -> class 0 or 2. */
const division = {
  splitColumn: 1,
  splitValue: 2.5,
  left: { distribution: 1 },
  right: { splitColumn: 0, splitValue: 0, left: { distribution: 0 }, right: { distribution: 2 } },
};
const byHand: SourceForest = { estimators: [{ root: division }], indexes: [[4, 7]] };

test('a tree of classes becomes one tree a class, without divisions that make no difference to it', (t) => {
  const { roots, feature, threshold, left, right, value, outputs } = flatForest(readTrees(byHand), 3);
  t.is(outputs, 3);
  t.deepEqual([...roots], [0, 5, 8]);
  t.deepEqual([...feature], [7, -1, 4, -1, -1, 7, -1, -1, 7, -1, 4, -1, -1]);
  t.deepEqual([...value], [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  t.deepEqual([...left], [1, -1, 3, -1, -1, 6, -1, -1, 9, -1, 11, -1, -1]);
  t.deepEqual([...right], [2, -1, 4, -1, -1, 7, -1, -1, 10, -1, 12, -1, -1]);
  t.is(threshold[0], Math.fround(2.5) - 2 ** -22);
  t.is(threshold[2], -(2 ** -149));
});

test('what a node means is asked of ml-cart’s form, and nothing else is taken for it', (t) => {
  const broken: [SourceForest, RegExp][] = [
    [{}, /no trained trees/],
    [{ estimators: [], indexes: [] }, /no trained trees/],
    [{ estimators: [{ root: division }], indexes: [] }, /no trained trees/],
    [{ estimators: [{ root: division }], indexes: [[4]] }, /without its column/],
    [
      { estimators: [{ root: { ...division, splitValue: Number.NaN } }], indexes: [[4, 7]] },
      /without its column/,
    ],
    [{ estimators: [{ root: { ...division, left: {} } }], indexes: [[4, 7]] }, /without an answer/],
    [{ estimators: [{}], indexes: [[4, 7]] }, /without an answer/],
  ];
  for (const [forest, message] of broken)
    t.throws(() => readTrees(forest), { instanceOf: ModelError, message });
});

test('the largest Float32 below a number is below it, and the next one isn’t', (t) => {
  const next = (single: number) => {
    const buffer = Float32Array.of(single);
    const bits = new Int32Array(buffer.buffer);
    if (single === 0) return 2 ** -149;
    bits[0] += single > 0 ? 1 : -1;
    return buffer[0];
  };
  const singles = fc.float({ noNaN: true, noDefaultInfinity: true });
  const numbers = fc.oneof(
    singles,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.tuple(singles, singles).map(([a, b]) => (a + b) / 2),
    fc.constantFrom(0, -0, 1e-50, -1e-50, 2 ** -149, -(2 ** -149)),
  );
  fc.assert(
    fc.property(numbers, (number) => {
      const below = largestBelow(number);
      t.is(Math.fround(below), below);
      t.true(below < number);
      t.true(next(below) >= number);
    }),
    { numRuns: 1000 },
  );
});
