import test from 'ava';
import fc from 'fast-check';
import type { Forest } from '../../../../lib/kernels/index.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { type Questions, questionsOf } from '../../../../lib/kernels/quantize/splitPredicates.js';
import { type Exits, exitsOf } from '../../../../lib/kernels/wasm/topLevelMasks.js';
import { random } from '../../../../lib/stats/index.js';
import { randomForest, shapes } from '../../../support/forests.js';
import { lopsided } from '../forests.js';

test('exits by hand: two levels, a threshold that both trees ask for, and one below that nobody up there asks', (t) => {
  // Tree 0: column 0 at most 1 ? (column 0 at most 0 ? a : b) : (column 1 at most 7 ? c : d); missing left, but at its last node.
  // Tree 1: column 0 at most 1 ? e : (column 0 at most 2 ? (column 0 at most 1.5 ? f : g) : h).
  const forest: Forest = {
    ...lopsided(2, 4, 2, 1),
    roots: Int32Array.of(0, 7),
    feature: Int32Array.of(0, 0, 1, -1, -1, -1, -1, 0, -1, 0, 0, -1, -1, -1),
    threshold: Float32Array.of(1, 0, 7, 0, 0, 0, 0, 1, 0, 2, 1.5, 0, 0, 0),
    left: Int32Array.of(1, 3, 5, -1, -1, -1, -1, 8, -1, 10, 12, -1, -1, -1),
    right: Int32Array.of(2, 4, 6, -1, -1, -1, -1, 9, -1, 11, 13, -1, -1, -1),
    missingLeft: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0),
    set: new Int32Array(14).fill(-1),
    value: new Float64Array(14),
  };
  const questions = questionsOf(forest, codingOf(forest)) ?? t.fail('questions');
  const { masks, width, rows } = exitsOf(forest, questions, 2, 8, (tree) => tree) ?? t.fail('exits');
  t.is(width, 64);
  const of = (run: number, entry: number, tree: number) => {
    const row = rows[run]?.[entry] ?? t.fail('a row');
    return masks[row * width + tree] & 15;
  };
  // Column 0: a missing number, then ranks among 0, 1, 1.5 and 2.
  t.deepEqual(
    [0, 1, 2, 3, 4, 5].map((entry) => of(0, entry, 0)),
    [15, 15, 0b1110, 0b1100, 0b1100, 0b1100],
  );
  t.deepEqual(
    [0, 1, 2, 3, 4, 5].map((entry) => of(0, entry, 1)),
    [15, 15, 15, 0b1100, 0b1100, 0b1000],
  );
  t.deepEqual(
    [0, 1, 2].map((entry) => of(1, entry, 0)),
    [0b1011, 15, 0b1011],
  );
  t.deepEqual(
    [0, 1, 2].map((entry) => of(1, entry, 1)),
    [15, 15, 15],
  );
  // As many rows as differ: the question for 1.5 has none.
  t.is(masks.length, (5 + 3) * width);
});

/** The number of the exit by which a row that gives such answers leaves a tree. */
function walked(
  { feature, left, right }: Forest,
  { places }: Questions,
  top: number,
  root: number,
  isRight: (place: number) => boolean,
): number {
  let node = root;
  let exit = 0;
  for (let level = 0; level < top; level++) {
    const goes = feature[node] !== -1 && isRight(places[node]);
    exit = 2 * exit + Number(goes);
    if (feature[node] !== -1) node = goes ? right[node] : left[node];
  }
  return exit;
}

test('the first exit that all columns leave open is the one that a walk takes, missing numbers and all', (t) => {
  let found = 0;
  fc.assert(
    fc.property(shapes, fc.nat(), fc.integer({ min: 1, max: 3 }), (shape, seed, top) => {
      const forest = randomForest({ ...shape, trees: 8 * shape.outputs, sets: 0, nan: false }, seed);
      const questions = questionsOf(forest, codingOf(forest)) ?? t.fail('questions');
      const trees = forest.roots.length;
      const exits: Exits | undefined = exitsOf(forest, questions, top, trees, (tree) => trees - 1 - tree);
      if (!exits) return;
      found++;
      const stream = random(seed).fork('rows');
      // The rank of each column's number, or none where it is missing.
      const begins = questions.runs.map((_, c) => questions.runs[c - 1]?.end ?? 0);
      const ranks = questions.runs.map(({ end }, c) =>
        stream.uniform() < 0.2 ? undefined : Math.floor((end - begins[c] + 1) * stream.uniform()),
      );
      const isRight = (place: number) => {
        const c = questions.runs.findIndex(({ end }) => place < end);
        const rank = ranks[c];
        return rank === undefined ? questions.missingLeft[place] !== 1 : place - begins[c] < rank;
      };
      forest.roots.forEach((root, tree) => {
        let open = 255;
        exits.rows.forEach((rows, c) => {
          if (!rows) return;
          const rank = ranks[c];
          open &= exits.masks[rows[rank === undefined ? 0 : rank + 1] * exits.width + trees - 1 - tree];
        });
        t.is(31 - Math.clz32(open & -open), walked(forest, questions, top, root, isRight));
      });
    }),
    { numRuns: 100 },
  );
  t.true(found > 50, `${found}`);
});

test('none where masks take longer than steps, or too much room, or where the top levels ask nothing', (t) => {
  const exits = (trees: number, columns: number, top = 3) => {
    const forest = lopsided(trees, 20, columns, 1);
    const questions = questionsOf(forest, codingOf(forest)) ?? t.fail('questions');
    return exitsOf(forest, questions, top, trees, (tree) => tree);
  };
  t.truthy(exits(640, 40));
  t.is(exits(640, 60), undefined);
  t.is(exits(640, 40, 0), undefined);
  const many = lopsided(4_000, 20, 2, 1);
  many.threshold.forEach((_, node) => {
    many.threshold[node] = node % 1_000;
  });
  const questions = questionsOf(many, codingOf(many)) ?? t.fail('questions');
  t.is(
    exitsOf(many, questions, 3, 4_000, (tree) => tree),
    undefined,
  );
});
