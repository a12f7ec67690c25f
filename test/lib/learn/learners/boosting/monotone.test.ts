import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import {
  type BoostingOptions,
  gradientBoosting,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';
import { scores } from './problem.js';

const context = { seed: 1 };

/** Labels and numbers that rise and fall with every column. */
function waves(seed: number): TrainingSet {
  const random = uniform(seed);
  const values = Float32Array.from({ length: 900 }, () =>
    random() < 0.05 ? Number.NaN : Math.floor(10 * random()),
  );
  const numbers = Float64Array.from({ length: 300 }, (_, r) => {
    const [a, b, c] = values.subarray(3 * r, 3 * r + 3).map((x) => (Number.isNaN(x) ? 3 : x));
    return a + 4 * Math.sin(a) - b + 3 * Math.cos(b) + c + 2 * random();
  });
  const labels = Int32Array.from(numbers, (number) => Number(number > 4));
  return {
    blocks: [denseBlock(300, 3, values)],
    rows: 300,
    classes: 2,
    labels,
    values: numbers,
    features: ['x'],
  };
}

for (const loss of ['logistic', 'squared', 'listwise'] as const) {
  for (const growth of ['leaf', 'depth'] as const) {
    test(`a monotone constraint holds everywhere: ${loss}, grown by ${growth}`, async (t) => {
      const options: BoostingOptions = { loss, growth, rounds: 15, minRows: 3, learningRate: 0.3, l2: 0 };
      for (const seed of [1, 2, 3]) {
        const set = { ...waves(seed), groups: Int32Array.from({ length: 300 }, (_, r) => r % 10) };
        const learner = gradientBoosting({ ...options, monotone: { x: [1, -1, 0] } });
        const model = await learner.fit(set, context);
        const at = (row: readonly number[]) => {
          const answers = scores(model, { rows: 1, blocks: [denseBlock(1, 3, Float32Array.from(row))] });
          return answers[answers.length - 1];
        };
        const number = fc.oneof(fc.integer({ min: -1, max: 10 }), fc.constant(Number.NaN));
        const ordered = fc.tuple(fc.integer({ min: -1, max: 10 }), fc.nat(11));
        fc.assert(
          fc.property(ordered, number, number, ([low, by], other, third) => {
            t.true(at([low + by, other, third]) >= at([low, other, third]));
            t.true(at([other, low + by, third]) <= at([other, low, third]));
          }),
        );
        t.true(model.importance[0] > 0 && model.importance[1] > 0);
        // Without the constraint both are broken somewhere: it isn't these rows that hold it.
        const free = await gradientBoosting(options).fit(set, context);
        const steps = Array.from({ length: 10 }, (_, i) => i);
        const path = scores(free, {
          rows: 10,
          blocks: [denseBlock(10, 3, Float32Array.from(steps.flatMap((i) => [i, 4, 4])))],
        });
        const answers = steps.map((i) => path[i * free.classes + free.classes - 1]);
        t.true(answers.some((answer, i) => i > 0 && answer < answers[i - 1]));
      }
    });
  }
}

test('one number constrains every column of a feature', async (t) => {
  const set = waves(4);
  const options: BoostingOptions = { rounds: 5, minRows: 3 };
  const every = await gradientBoosting({ ...options, monotone: { x: -1 } }).fit(set, context);
  const each = await gradientBoosting({ ...options, monotone: { x: [-1, -1, -1] } }).fit(set, context);
  t.deepEqual(every.state, each.state);
});

test('features that a set does not have are passed over', async (t) => {
  const set = { ...waves(5), features: ['toString'] };
  const plain = await gradientBoosting({ rounds: 3 }).fit(set, context);
  const options: BoostingOptions = { rounds: 3, monotone: { other: 1 }, categorical: { another: true } };
  t.deepEqual((await gradientBoosting(options).fit(set, context)).state, plain.state);
});
