import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import {
  gradientBoosting,
  logisticRegression,
  recipeOf,
  ridgeRegression,
  type TrainingSet,
} from '../../../../lib/learn/learners/index.js';
import { uniform } from './problem.js';

const next = uniform(7);
const values = Float32Array.from({ length: 120 }, () => next() - 0.5);
const blocks = [denseBlock(60, 2, values)];
const labels = Int32Array.from({ length: 60 }, (_, row) => Number(values[2 * row] > 0));
const classes: TrainingSet = { blocks, rows: 60, classes: 2, labels };
const numbers: TrainingSet = {
  blocks,
  rows: 60,
  classes: 1,
  labels: new Int32Array(0),
  values: Float64Array.from(labels),
};

test('a learner whose penalty was chosen has a recipe with that penalty', async (t) => {
  for (const [open, set] of [
    [logisticRegression({ tolerance: 1e-5 }), classes],
    [ridgeRegression({ tolerance: 1e-5 }), numbers],
  ] as const) {
    const fixed = await open.choose?.(set, { seed: 1 });
    if (fixed === undefined) return t.fail('nothing is chosen');
    const options = recipeOf(fixed)?.options;
    t.true(options !== undefined && 'l2' in options && Number(options.l2) > 0, open.name);
    t.true(options !== undefined && 'tolerance' in options && options.tolerance === 1e-5, open.name);
  }
});

test('what a copy of a learner changes stays changed in its lighter form, whose recipe has fewer rounds', (t) => {
  const own = { ...gradientBoosting({ rounds: 80 }), name: 'mine' };
  const lighter = own.lighter?.();
  t.is(lighter?.name, 'mine');
  t.is(lighter && recipeOf(lighter)?.rounds, 20);
});

test('models that are only compared are less exact, unless the options ask for less still', (t) => {
  for (const make of [logisticRegression, ridgeRegression]) {
    for (const [tolerance, rough] of [
      [1e-8, 1e-4],
      [1e-2, 1e-2],
    ]) {
      const own = { ...make({ l2: 3, tolerance }), name: 'mine' };
      const compared = own.rough?.();
      t.is(compared?.name, 'mine');
      const recipe = compared && recipeOf(compared);
      t.like(recipe?.options, { l2: 3, tolerance: rough }, own.name);
    }
  }
  const { fit, ...others } = logisticRegression();
  const changed = { ...others, fit: (...args: Parameters<typeof fit>) => fit(...args) };
  t.is(changed.rough?.(), changed);
});

test('a learner of the user’s own is no built-in one, lighter or not', (t) => {
  const { fit, ...others } = gradientBoosting();
  const own = { ...others, fit: (...args: Parameters<typeof fit>) => fit(...args) };
  t.is(recipeOf(own), undefined);
  t.is(own.lighter?.(), own);
});
