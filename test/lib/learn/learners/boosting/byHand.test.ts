import test from 'ava';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import {
  type BoostingOptions,
  gradientBoosting,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { near } from '../../../../support/near.js';
import { scores } from './problem.js';

const context = { seed: 1 };
const one: BoostingOptions = { rounds: 1, learningRate: 1, minRows: 1, l2: 0 };

function numbers(columns: number, table: readonly number[], values: readonly number[]): TrainingSet {
  return {
    blocks: [denseBlock(values.length, columns, Float32Array.from(table))],
    rows: values.length,
    classes: 1,
    labels: new Int32Array(0),
    values: Float64Array.from(values),
  };
}

test('squared errors: the first division, its gain and its leaves', async (t) => {
  // The mean is 4: derivatives 3, 2, 1, -6, with second ones of 1. Dividing after the third row gains
  // 6^2 / 3 + 6^2 / 1 - 0 = 48; after the second 5^2 / 2 + 5^2 / 2 = 25; after the first 9 + 9 / 3 = 12.
  const set = numbers(1, [10, 20, 30, 50], [1, 2, 3, 10]);
  const model = await gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2 }).fit(set, context);
  const { forest, importance } = model;
  t.deepEqual([...forest.base], [4]);
  t.deepEqual([...forest.feature], [0, -1, -1]);
  t.is(forest.threshold[0], 40);
  near(t, importance[0], 48, 1e-6);
  near(t, forest.value[1], -2, 1e-6);
  near(t, forest.value[2], 6, 1e-6);
  // With l2 = 1: 36 / 4 + 36 / 2 = 27 after the third, 25 / 3 + 25 / 3 after the second.
  const damped = await gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2, l2: 1 }).fit(set, context);
  near(t, damped.importance[0], 27, 1e-6);
  near(t, damped.forest.value[1], -1.5, 1e-6);
  near(t, damped.forest.value[2], 3, 1e-6);
});

test('two classes: log-odds to begin with, and a Newton step', async (t) => {
  // Three of four rows are of class 1: probability .75, second derivatives .1875 each.
  const set: TrainingSet = {
    blocks: [denseBlock(4, 1, Float32Array.of(1, 2, 3, 4))],
    rows: 4,
    classes: 2,
    labels: Int32Array.of(0, 1, 1, 1),
  };
  const { forest, importance } = await gradientBoosting({ ...one, maxLeaves: 2 }).fit(set, context);
  near(t, forest.base[0], Math.log(3), 1e-12);
  t.is(forest.threshold[0], 1.5);
  near(t, forest.value[1], -4, 1e-6);
  near(t, forest.value[2], 4 / 3, 1e-6);
  near(t, importance[0], 0.75 ** 2 / 0.1875 + 0.75 ** 2 / 0.5625, 1e-6);
});

test('rules of leaves keep the best division away', async (t) => {
  const set = numbers(1, [10, 20, 30, 50], [1, 2, 3, 10]);
  const divided = async (options: BoostingOptions) => {
    const learner = gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2, ...options });
    const { forest } = await learner.fit(set, context);
    return forest.feature[0] === -1 ? undefined : forest.threshold[0];
  };
  t.is(await divided({ minRows: 2 }), 25);
  t.is(await divided({ minHessian: 1.5 }), 25);
  t.is(await divided({ minRows: 3 }), undefined);
  t.is(await divided({ minGain: 47.9 }), 40);
  t.is(await divided({ minGain: 48.1 }), undefined);
});

test('the better column divides, the first of equal ones', async (t) => {
  const values = [1, 2, 3, 10];
  const other = numbers(2, [1, 10, 1, 20, 2, 30, 2, 50], values);
  const learner = gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2 });
  t.is((await learner.fit(other, context)).forest.feature[0], 1);
  const twins = numbers(2, [10, 10, 20, 20, 30, 30, 50, 50], values);
  t.is((await learner.fit(twins, context)).forest.feature[0], 0);
});

test('missing values go where they gain', async (t) => {
  for (const [missing, left] of [
    [1, true],
    [10, false],
  ] as const) {
    const set = numbers(1, [10, 20, 30, Number.NaN], [1, 1, 10, missing]);
    const model = await gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2 }).fit(set, context);
    t.is(model.forest.threshold[0], 25);
    t.is(model.forest.missingLeft[0], Number(left));
    scores(model, set).forEach((value, r) => {
      near(t, value, set.values?.[r] ?? Number.NaN, 1e-6);
    });
  }
});

test('being missing can be all that a column says', async (t) => {
  const set = numbers(1, [5, 5, Number.NaN, Number.NaN], [1, 1, 3, 3]);
  const model = await gradientBoosting({ ...one, loss: 'squared' }).fit(set, context);
  t.is(model.forest.threshold[0], Infinity);
  scores(model, set).forEach((value, r) => {
    near(t, value, set.values?.[r] ?? Number.NaN, 1e-6);
  });
});

test('where training had none, missing values go with most rows', async (t) => {
  const set = numbers(1, [10, 20, 30, 50], [1, 2, 3, 10]);
  const model = await gradientBoosting({ ...one, loss: 'squared', maxLeaves: 2 }).fit(set, context);
  near(t, scores(model, numbers(1, [Number.NaN], [0]))[0], 2, 1e-6);
});

test('categories are divided by what they are worth, not by their numbers', async (t) => {
  // Categories 0 and 2 are worth 1, 1 and 5 are worth 9: one division parts them, which no threshold could.
  const set = { ...numbers(1, [0, 1, 2, 5, 0, 1, 2, 5], [1, 9, 1, 9, 1, 9, 1, 9]), features: ['kind'] };
  const options: BoostingOptions = { ...one, loss: 'squared', maxLeaves: 2 };
  const model = await gradientBoosting({ ...options, categorical: { kind: [0] } }).fit(set, context);
  t.is(model.forest.set[0], 0);
  scores(model, set).forEach((value, r) => {
    near(t, value, set.values?.[r] ?? Number.NaN, 1e-6);
  });
  near(t, model.importance[0], 8 * 16, 1e-6);
  const asNumbers = await gradientBoosting(options).fit(set, context);
  t.true(asNumbers.importance[0] < 8 * 16 - 1);
});

test('a category that training never had goes with most rows, or with missing values', async (t) => {
  const options: BoostingOptions = { ...one, loss: 'squared', maxLeaves: 2, categorical: { kind: true } };
  const answers = async (table: readonly number[], values: readonly number[]) => {
    const set = { ...numbers(1, table, values), features: ['kind'] };
    const model = await gradientBoosting(options).fit(set, context);
    return [
      ...scores(model, numbers(1, [3, 7, 254, 1e9, 0.5, -1, Number.NaN], new Array<number>(7).fill(0))),
    ];
  };
  for (const value of await answers([0, 0, 1, 1, 1], [9, 9, 1, 1, 1])) near(t, value, 1, 1e-6);
  for (const value of await answers([0, 0, 1, 1, 1, Number.NaN], [9, 9, 1, 1, 1, 9])) near(t, value, 9, 1e-6);
});
