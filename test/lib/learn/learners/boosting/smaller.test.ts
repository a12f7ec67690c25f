import test from 'ava';
import { gradientBoosting, logisticRegression, randomForest } from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { loaders, recipeOf, smaller } from '../../../../../lib/learn/learners/index.js';
import { random } from '../../../../../lib/stats/index.js';

test('boosted trees have a smaller form of their own name, with the options that they have', (t) => {
  const small = smaller(gradientBoosting({ rounds: 80, minRows: 7, categorical: { day: true } }));
  t.is(small?.name, 'small-gradient-boosting');
  t.deepEqual(small && recipeOf(small)?.options, {
    ...{ rounds: 20, maxLeaves: 8, learningRate: 0.3, minRows: 7, categorical: { day: true } },
  });
  t.deepEqual(small?.mentions, { categorical: ['day'], monotone: [] });
});

test('steps are as much longer as rounds are fewer, and never shorter than they were', (t) => {
  const rateOf = (rounds: number, learningRate: number) => {
    const recipe = recipeOf(smaller(gradientBoosting({ rounds, learningRate })) ?? gradientBoosting());
    return recipe?.kind === 'gradient-boosting' ? recipe.options.learningRate : undefined;
  };
  t.is(rateOf(40, 0.1), 0.2);
  t.is(rateOf(200, 0.1), 0.3);
  t.is(rateOf(200, 0.5), 0.5);
  t.is(rateOf(10, 0.1), 0.1);
});

test('none is known of trees that are small already, of rankers, linear models, forests and a user’s own', (t) => {
  for (const learner of [
    gradientBoosting({ rounds: 20, maxLeaves: 8 }),
    gradientBoosting({ rounds: 20, maxDepth: 3 }),
    { ...gradientBoosting(), reads: ['a'] },
    gradientBoosting({ loss: 'listwise' }),
    logisticRegression(),
    randomForest(),
    { ...gradientBoosting(), fit: () => Promise.reject(new Error('none')) },
  ])
    t.is(smaller(learner), undefined);
});

test('its models cost a fraction, and are read by a loader of their name', async (t) => {
  const draw = random(1);
  const rows = 400;
  const values = Float32Array.from({ length: rows * 3 }, () => draw.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => Number(values[3 * row] > 0));
  const set = { blocks: [denseBlock(rows, 3, values)], rows, classes: 2, labels };
  const small = smaller(gradientBoosting());
  if (small === undefined) return t.fail('there is one');
  const shape = { rows, columns: 3, entries: 3 * rows, classes: 2 };
  t.true(small.work(shape) < 0.2 * gradientBoosting().work(shape));
  const model = await small.fit(set, { seed: 1 });
  const load = loaders.find(({ name }) => name === small.name)?.load;
  const scoresOf = (given: typeof model) => {
    const out = new Float64Array(2 * rows);
    given.score(set.blocks, out);
    return out;
  };
  if (model.state === undefined) return t.fail('boosted trees have a state');
  const again = load?.(model.state);
  t.deepEqual(again && scoresOf(again), scoresOf(model));
  t.true(
    labels.filter((label, row) => label === Number(scoresOf(model)[2 * row + 1] > 0.5)).length > 0.97 * rows,
  );
});
