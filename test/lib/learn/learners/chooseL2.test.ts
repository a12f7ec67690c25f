import test from 'ava';
import { denseBlock, gather, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { OptionError } from '../../../../lib/errors.js';
import {
  logisticRegression,
  ridgeRegression,
  type TrainingSet,
} from '../../../../lib/learn/learners/index.js';
import { recipeOf } from '../../../../lib/learn/learners/recipe.js';
import { random } from '../../../../lib/stats/index.js';
import { scores, uniform } from './problem.js';

const context = { seed: 1 };

/** Two classes that the first of many columns decides, as far as `noise` lets it. */
function noisy(rows: number, columns: number, noise: number): TrainingSet {
  const next = uniform(rows + columns);
  const values = Float32Array.from({ length: rows * columns }, () => next() - 0.5);
  const labels = Int32Array.from({ length: rows }, (_, row) =>
    Number(values[row * columns] + noise * (next() - 0.5) > 0),
  );
  return { blocks: [denseBlock(rows, columns, values)], rows, classes: 2, labels };
}

test('noise in many columns is answered by a larger penalty than a clear signal in one', async (t) => {
  const clear = await logisticRegression().choose?.(noisy(200, 1, 0), context);
  const noise = await logisticRegression().choose?.(noisy(200, 40, 4), context);
  const weak = await clear?.fit(noisy(200, 1, 0), context);
  const by = async (l2: number) => (await logisticRegression({ l2 }).fit(noisy(200, 1, 0), context)).state;
  t.deepEqual(weak?.state, await by(0.001));
  const strong = await noise?.fit(noisy(200, 40, 4), context);
  const size = ({ tensors }: { readonly tensors: Readonly<Record<string, ArrayLike<number>>> }) =>
    Array.from(tensors.weights).reduce((sum, weight) => sum + weight * weight, 0);
  const ten = await logisticRegression({ l2: 10 }).fit(noisy(200, 40, 4), context);
  t.true(strong?.state !== undefined && size(strong.state) < size(ten.state));
});

test('a fit by default is the fit with the chosen penalty, bit for bit', async (t) => {
  const set = noisy(150, 6, 1);
  const fixed = await logisticRegression().choose?.(set, context);
  const [open, chosen] = [await logisticRegression().fit(set, context), await fixed?.fit(set, context)];
  t.deepEqual(open.state, chosen?.state);
  t.deepEqual((await logisticRegression({ l2: 'auto' }).fit({ ...set }, { seed: 7 })).state, open.state);
});

test('wide sparse rows: equal sets give equal penalties, and noise a larger one than a signal', async (t) => {
  const labels = Int32Array.from({ length: 80 }, (_, row) => row % 8);
  const wide = (signal: number): TrainingSet => {
    const next = uniform(4);
    const writer = new SparseWriter(80, 300, 80 * 240);
    for (let row = 0; row < 80; row++) {
      for (let c = 0; c < 300; c++) {
        if (next() < 0.8) writer.push(c, next() - 0.5 + (c % 8 === row % 8 ? signal : 0));
      }
      writer.endRow();
    }
    return { blocks: [writer.block()], rows: 80, classes: 8, labels };
  };
  const size = async (signal: number) => {
    const chosen = await logisticRegression().choose?.(wide(signal), context);
    const again = await logisticRegression().choose?.(wide(signal), { seed: 2 });
    t.deepEqual(chosen && recipeOf(chosen), again && recipeOf(again));
    const options = chosen && recipeOf(chosen)?.options;
    return options !== undefined && 'l2' in options ? Number(options.l2) : Number.NaN;
  };
  t.true((await size(0)) > (await size(1)));
});

test('rows of folds below 0 are never held out, and a single fold of one row will do', async (t) => {
  const set = noisy(60, 3, 1);
  const folds = new Int32Array(60).fill(-1).with(5, 0);
  t.truthy(await logisticRegression().choose?.(set, context, folds));
  // Nothing is held out: 1.
  const none = await logisticRegression().choose?.({ ...set }, context, new Int32Array(60).fill(-1));
  t.deepEqual(
    (await none?.fit(set, context))?.state,
    (await logisticRegression({ l2: 1 }).fit(set, context)).state,
  );
});

/** Rows of columns with variance 1, classes drawn from logits that are normal weights of spread `spread` times them. */
function drawnRows(rows: number, columns: number, spread: number, seed: number): TrainingSet {
  const chance = random(seed);
  const weights = Float64Array.from({ length: columns }, () => spread * chance.normal());
  const values = Float32Array.from({ length: rows * columns }, () => chance.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const logit = weights.reduce((sum, weight, c) => sum + weight * values[row * columns + c], 0);
    return Number(chance.uniform() < 1 / (1 + Math.exp(-logit)));
  });
  return { blocks: [denseBlock(rows, columns, values)], rows, classes: 2, labels };
}

async function chosenL2(set: TrainingSet): Promise<number> {
  const fixed = await logisticRegression().choose?.(set, context);
  const options = fixed && recipeOf(fixed)?.options;
  return options !== undefined && 'l2' in options ? Number(options.l2) : Number.NaN;
}

test('weights drawn with variance v are found by a penalty near 1 / v, for any number of rows', async (t) => {
  // The penalised fit is the mode of the posterior for a normal prior of precision l2.
  const penalties = [];
  for (const rows of [1_000, 16_000]) penalties.push(await chosenL2(drawnRows(rows, 100, 0.1, 5)));
  for (const l2 of penalties) t.true(l2 > 30 && l2 < 300, `${l2} for 100`);
});

test('one row that is far out in a column of its own hardly moves the penalty', async (t) => {
  const set = drawnRows(300, 10, 1, 6);
  const [first, second] = [0, 1].map((label) => set.labels.indexOf(label));
  const column = new Float32Array(300).with(first, 1).with(second, 1e4);
  const far = { ...set, blocks: [...set.blocks, denseBlock(300, 1, column)] };
  const [alone, beside] = [await chosenL2(set), await chosenL2(far)];
  console.log(alone, beside);
  t.true(beside < 10 * alone, `${beside} for ${alone}`);
});

test('the chosen penalty loses hardly more than the best of a full cross-validation', async (t) => {
  const set = drawnRows(600, 60, 0.2, 8);
  const folds = set.labels.map((_, row) => row % 5);
  const lossOf = async (l2: number) => {
    let sum = 0;
    for (let fold = 0; fold < 5; fold++) {
      const part = (isHeld: boolean) => {
        const rows = Int32Array.from(folds.keys()).filter((row) => (folds[row] === fold) === isHeld);
        const blocks = set.blocks.map((block) => gather(block, rows));
        return { ...set, blocks, rows: rows.length, labels: rows.map((row) => set.labels[row]) };
      };
      const held = part(true);
      const answers = scores(await logisticRegression({ l2 }).fit(part(false), context), held);
      held.labels.forEach((label, row) => {
        sum -= Math.log(answers[2 * row + label]);
      });
    }
    return sum;
  };
  const grid = [];
  for (let power = -3; power <= 4; power += 0.5) grid.push(await lossOf(10 ** power));
  const best = Math.min(...grid);
  t.true((await lossOf(await chosenL2(set))) < 1.005 * best);
  t.true(Math.max(...grid) > 1.1 * best);
});

test('a penalty that is given stays, and copies keep what their users changed', async (t) => {
  const set = noisy(80, 3, 1);
  const given = logisticRegression({ l2: 2 });
  t.is(await given.choose?.(set, context), given);
  const named = { ...logisticRegression(), name: 'other' };
  const fixed = await named.choose?.(set, context);
  t.is(fixed?.name, 'other');
  t.not(fixed?.fit, named.fit);
  const own = { ...logisticRegression(), fit: given.fit };
  t.is(await own.choose?.(set, context), own, 'a fit of its own');
});

test('a class of one row, and rows of one class beside it, can be chosen for', async (t) => {
  const set = noisy(40, 2, 1);
  const rare = { ...set, classes: 3, labels: set.labels.with(7, 2) };
  const answers = scores(await logisticRegression().fit(rare, context), rare);
  t.true(answers.every(Number.isFinite));
  const single = { ...set, labels: new Int32Array(40).with(0, 1) };
  t.true(scores(await logisticRegression().fit(single, context), single).every(Number.isFinite));
});

test('ridge regression: a line needs no penalty, noise does', async (t) => {
  const { blocks, rows, ...rest } = noisy(90, 20, 1);
  const values = Float64Array.from({ length: rows }, (_, row) => 3 * blocks[0].values[row * 20] + 1);
  const set = { ...rest, blocks, rows, classes: 1, labels: new Int32Array(0), values };
  const answers = new Float64Array(rows);
  (await ridgeRegression().fit(set, context)).score(blocks, answers);
  t.true(answers.every((answer, row) => Math.abs(answer - values[row]) < 1e-3));
  const next = uniform(3);
  const noise = { ...set, values: values.map(() => next()) };
  (await ridgeRegression().fit(noise, context)).score(blocks, answers);
  t.true(answers.every((answer) => Math.abs(answer - 0.5) < 0.2));
});

test('an abort ends the choice, and other words than auto are refused', async (t) => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const choice = logisticRegression().choose?.(noisy(300, 5, 1), { seed: 1, signal: controller.signal });
  controller.abort(reason);
  await t.throwsAsync(async () => choice, { is: reason });
  t.throws(() => logisticRegression({ ...JSON.parse('{"l2":"automatic"}') }), {
    instanceOf: OptionError,
    message: /l2.*'auto'/,
  });
});
