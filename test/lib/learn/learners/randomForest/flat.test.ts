import test from 'ava';
import fc from 'fast-check';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import { ModelError } from '../../../../../lib/errors.js';
import { runForest } from '../../../../../lib/learn/kernels/index.js';
import {
  countVotes,
  flatForest,
  largestBelow,
  readTrees,
  type SourceForest,
  voteLayout,
} from '../../../../../lib/learn/learners/randomForest/index.js';
import { numeric, plain, problem, three, two } from './problem.js';

/** Rows that weren't trained on, some of which hold the very numbers at which trees divide, some none at all. */
const unseen = problem(200, true, 8).block;
const rows = plain({ blocks: [unseen] });

function answers(forest: SourceForest, classes: number): Float64Array {
  const trees = readTrees(forest);
  const layout = classes === 1 ? undefined : voteLayout(classes, trees.length);
  const flat = flatForest(trees, layout);
  const sums = new Float64Array(unseen.rows * flat.outputs);
  runForest(flat, [unseen], sums);
  if (layout === undefined) return sums;
  const votes = new Float64Array(unseen.rows * classes);
  countVotes(layout, sums, votes);
  return votes;
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
      const ours = [...votes.subarray(row * classes, (row + 1) * classes)];
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

test('a tree becomes one of all classes whose votes a sum can hold, else one of every so many', (t) => {
  const [tree] = readTrees(byHand);
  const layout = { classes: 3, trees: 9, places: 2, outputs: 2 };
  const { roots, feature, threshold, left, right, value, outputs } = flatForest([tree], layout);
  t.is(outputs, 2);
  // To the second output, class 2 alone makes a difference.
  t.deepEqual([...roots], [0, 5]);
  t.deepEqual([...feature], [7, -1, 4, -1, -1, 7, -1, 4, -1, -1]);
  t.deepEqual([...value], [0, 10, 0, 1, 0, 0, 0, 0, 0, 1]);
  t.deepEqual([...left], [1, -1, 3, -1, -1, 6, -1, 8, -1, -1]);
  t.deepEqual([...right], [2, -1, 4, -1, -1, 7, -1, 9, -1, -1]);
  t.is(threshold[0], Math.fround(2.5) - 2 ** -22);
  t.is(threshold[2], -(2 ** -149));
});

test('divisions that make no difference aren’t kept', (t) => {
  const [tree] = readTrees(byHand);
  const alike = flatForest([{ ...tree, ...{ right: { ...division.right, answer: 1 } } }]);
  t.deepEqual([[...alike.feature], [...alike.value]], [[-1], [1]]);
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
