import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock, SparseWriter } from '../../../../../lib/data/blocks/index.js';
import { boost } from '../../../../../lib/learn/learners/boosting/boost.js';
import { fastLoops } from '../../../../../lib/learn/learners/boosting/fastLoops.js';
import { checkedBoostingOptions } from '../../../../../lib/learn/learners/boosting/options.js';
import { boostingLoss } from '../../../../../lib/learn/learners/boosting/target.js';
import type { BoostingOptions, TrainingSet } from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';

/** Numbers, categories and sparse columns, with a target that depends on the first two kinds. */
const settings = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 20, max: 300 }),
  /** 1: numbers. */
  classes: fc.integer({ min: 1, max: 4 }),
  columns: fc.integer({ min: 1, max: 11 }),
  /** Different values of a dense column, beside missing ones. */
  values: fc.constantFrom(2, 14, 60, 2 ** 20),
  gaps: fc.constantFrom(0, 0.02, 0.5),
  stored: fc.constantFrom(0, 0.02, 0.3),
  isCategorical: fc.boolean(),
  monotone: fc.constantFrom(-1, 0, 1),
});

type Stopping = Required<BoostingOptions>['earlyStopping'];

const options = fc.record({
  growth: fc.constantFrom('leaf', 'depth'),
  maxLeaves: fc.integer({ min: 2, max: 20 }),
  maxDepth: fc.constantFrom(2, 5, Number.POSITIVE_INFINITY),
  minRows: fc.constantFrom(1, 2, 10),
  minHessian: fc.constantFrom(1e-12, 1e-3, 2),
  l2: fc.constantFrom(0, 1e-3, 1, 30),
  minGain: fc.constantFrom(0, 0.5),
  maxBins: fc.constantFrom(5, 30, 255),
  rowSample: fc.constantFrom(0.4, 1),
  columnSample: fc.constantFrom(0.1, 0.5, 1),
  earlyStopping: fc.constantFrom<Stopping>(false, { heldOut: 0.3, patience: 1 }),
});

type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

function trainingSet({ seed, rows, classes, columns, values, gaps, stored }: Settings): TrainingSet {
  const random = uniform(seed);
  const numbers = Float32Array.from({ length: rows * columns }, () =>
    random() < gaps ? Number.NaN : Math.floor(values * random()) / values - 0.3,
  );
  const kinds = Float32Array.from({ length: rows }, () =>
    random() < gaps ? Number.NaN : (9 * random()) | 0,
  );
  const blocks = [
    denseBlock(rows, columns, numbers),
    denseBlock(rows, 1, kinds),
    sparse(rows, stored, random),
  ];
  const signal = Float64Array.from({ length: rows }, (_, row) => {
    const number = numbers[row * columns] || 0;
    return Math.min(0.999, Math.max(0, 0.4 * number + 0.3 * Number(kinds[row] % 3 === 1) + 0.5 * random()));
  });
  const set = { features: ['numbers', 'kinds', 'words'], blocks, rows, classes };
  if (classes === 1) return { ...set, labels: new Int32Array(0), values: signal };
  const labels = Int32Array.from(signal, (value, row) => (row < classes ? row : Math.floor(value * classes)));
  return { ...set, labels };
}

/** Columns that store some numbers of both signs, zeros and missing ones among them. */
function sparse(rows: number, share: number, random: () => number): Block {
  const writer = new SparseWriter(rows, 4, 16);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < 4; column++) {
      const kind = random();
      if (random() < share) writer.push(column, kind < 0.1 ? Number.NaN : Math.floor(20 * kind) - 8);
    }
    writer.endRow();
  }
  return writer.block();
}

test('a fit by the kernel is the fit by plain loops, bit for bit', async (t) => {
  t.truthy(fastLoops(1), 'there is a kernel to compare');
  let divided = 0;
  await fc.assert(
    fc.asyncProperty(settings, options, async (problem, given) => {
      const { classes, isCategorical, monotone, seed } = problem;
      const set = trainingSet(problem);
      const chosen: BoostingOptions = {
        ...given,
        rounds: 4,
        learningRate: 0.5,
        ...(classes === 1 && { loss: 'squared' }),
        ...(isCategorical && { categorical: { kinds: true } }),
        ...(classes < 3 && { monotone: { numbers: monotone } }),
      };
      const checked = checkedBoostingOptions(chosen);
      const fit = (fast: boolean) => boost(set, boostingLoss(set, checked), checked, { seed }, fast);
      const [fast, plain] = [await fit(true), await fit(false)];
      t.deepEqual(fast, plain);
      divided += fast.forest.feature.filter((column) => column !== -1).length;
    }),
    { numRuns: 80 },
  );
  t.true(divided > 500, `${divided} divisions`);
});
