import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { fitUnit } from '../../../../lib/learn/fits/unit.js';
import {
  gradientBoosting,
  isEnsemble,
  logisticRegression,
  prefixOf,
} from '../../../../lib/learn/learners/index.js';
import { random } from '../../../../lib/stats/index.js';

const ROWS = 200;

/** Three classes by two columns; what the last rows score after so many rounds. */
function unitOf(rounds: readonly (number | null)[], width: number) {
  const draw = random(3);
  const block = denseBlock(
    ROWS,
    2,
    Float32Array.from({ length: 2 * ROWS }, () => draw.normal()),
  );
  const rows = Int32Array.from({ length: 150 }, (_, row) => row);
  const held = Int32Array.from({ length: 50 }, (_, i) => 150 + i);
  const truth = Float64Array.from({ length: ROWS }, (_, row) =>
    Math.min(width - 1, Math.floor(Math.abs(2 * block.values[2 * row]))),
  );
  const score = { blocks: [{ block, rows: held }], rounds };
  const targets = { truth, width };
  const seen = denseBlock(50, 2, block.values.slice(300));
  const unit = {
    features: ['a'],
    blocks: [{ block, rows }],
    ...{ targets, rows, seed: 1, score, keeps: true },
  };
  return { unit, seen };
}

for (const classes of [2, 3]) {
  test(`an ensemble of ${classes} classes scores after each number of rounds as its prefixes do, bit for bit`, async (t) => {
    const rounds = [null, 3, 9, 1, 3, 12, 40];
    const { unit, seen } = unitOf(rounds, classes);
    const learner = gradientBoosting({ rounds: 12, maxLeaves: 4 });
    const { model, scores } = await fitUnit({ ...unit, learner }, {});
    if (model === undefined || !isEnsemble(model)) return t.fail('boosted trees are an ensemble');
    for (const [i, some] of rounds.entries()) {
      const expected = new Float64Array(50 * classes);
      await prefixOf(model, some ?? 12).score([seen], expected);
      t.deepEqual(scores[i], expected, `${some} rounds`);
    }
  });
}

test('a model without rounds scores the same for each number of them, in arrays of their own', async (t) => {
  const { unit, seen } = unitOf([null, 5], 2);
  const { model, scores } = await fitUnit({ ...unit, learner: logisticRegression({ l2: 1 }) }, {});
  const expected = new Float64Array(100);
  await model?.score([seen], expected);
  t.deepEqual(scores, [expected, expected]);
  t.not(scores[0].buffer, scores[1].buffer);
});
