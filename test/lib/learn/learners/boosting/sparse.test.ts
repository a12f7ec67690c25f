import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import {
  type BoostingOptions,
  gradientBoosting,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';
import { scores, sparseOf } from './problem.js';

const context = { seed: 1 };

/** Mostly zeros, some missing, labels that the first column and chance decide. */
function mostlyZeros(seed: number, rows: number, columns: number, classes: number): TrainingSet {
  const random = uniform(seed);
  const values = Float32Array.from({ length: rows * columns }, () => {
    const kind = random();
    return kind < 0.6 ? 0 : kind < 0.65 ? Number.NaN : Math.floor(20 * random() - 8) / 2;
  });
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    const signal = values[r * columns] > 0 ? 1 : 0;
    return r < classes ? r : Math.floor(Math.min(0.999, 0.5 * signal + 0.6 * random()) * classes);
  });
  return { blocks: [denseBlock(rows, columns, values)], rows, classes, labels };
}

test('a sparse block gives the model of the same numbers in a dense one, bit for bit', async (t) => {
  const variants: BoostingOptions[] = [
    {},
    { growth: 'depth', maxDepth: 3 },
    { maxBins: 3, rowSample: 0.6, columnSample: 0.7 },
    { earlyStopping: { heldOut: 0.3 } },
    { categorical: { b: [1] }, monotone: {} },
  ];
  for (const classes of [2, 3]) {
    for (const options of variants) {
      const set = { ...mostlyZeros(classes, 250, 5, classes), features: ['b'] };
      if (options.categorical) {
        const { values } = set.blocks[0];
        for (let i = 1; i < values.length; i += 5) values[i] = Math.abs(Math.floor(values[i]));
      }
      const learner = gradientBoosting({ rounds: 8, minRows: 4, ...options });
      const dense = await learner.fit(set, context);
      const sparse = { ...set, blocks: set.blocks.map(sparseOf) };
      const model = await learner.fit(sparse, context);
      t.deepEqual(model.state, dense.state);
      t.true(model.forest.feature.some((column) => column !== -1));
      t.deepEqual(scores(model, sparse), scores(dense, set));
    }
  }
});

test('dense and sparse blocks side by side are one table', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 3 }), async (seed, width) => {
      const set = mostlyZeros(seed, 80, 4, 2);
      const { values } = set.blocks[0];
      const cut = (from: number, to: number) => {
        const columns = to - from;
        const part = new Float32Array(80 * columns);
        for (let i = 0; i < part.length; i++)
          part[i] = values[4 * Math.floor(i / columns) + from + (i % columns)];
        return denseBlock(80, columns, part);
      };
      const learner = gradientBoosting({ rounds: 3, minRows: 3 });
      const whole = await learner.fit(set, context);
      const blocks = [sparseOf(cut(0, width)), cut(width, 4)];
      const model = await learner.fit({ ...set, blocks }, context);
      t.deepEqual(model.state.tensors, whole.state.tensors);
      t.deepEqual(scores(model, { rows: 80, blocks }), scores(whole, set));
    }),
    { numRuns: 15 },
  );
});
