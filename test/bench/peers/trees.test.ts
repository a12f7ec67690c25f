import test from 'ava';
import { onnxTrees } from '../../../bench/peers/onnxTrees.js';
import { startXgboost } from '../../../bench/peers/xgboost.js';
import { above, xgboostTrees } from '../../../bench/peers/xgboostTrees.js';
import { randomForest } from '../../support/forests.js';

const shape = { trees: 3, outputs: 1, depth: 3, division: 1, columns: 4, sets: 0 };

test('the next Float32 above', (t) => {
  const below = (number: number) => -above(-number);
  for (const number of [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 0.1, -2.5, 1e30].map(Math.fround)) {
    const next = above(number);
    t.true(next > number);
    t.is(Math.fround(next), next);
    // Nothing lies between: half-way rounds to one of both.
    t.true([number, next].includes(Math.fround((number + next) / 2)));
    t.is(below(next) === 0 ? 0 : below(next), number === 0 ? 0 : number);
  }
});

test("without Python's XGBoost it is missing, which is told apart from one that fails", async (t) => {
  t.is(await startXgboost('no-such-python'), 'python3-xgboost is not installed');
  const error = await t.throwsAsync(startXgboost(process.execPath));
  t.regex(error.message, /XGBoost failed/);
});

test('peers refuse what their trees have no place for', (t) => {
  const withSets = randomForest({ ...shape, sets: 1 }, 1);
  t.throws(() => onnxTrees(withSets, 4), { instanceOf: RangeError, message: /sets/ });
  t.throws(() => xgboostTrees(withSets, 4), { instanceOf: RangeError, message: /sets/ });
  const forest = randomForest(shape, 1);
  forest.threshold[0] = Number.POSITIVE_INFINITY;
  t.throws(() => xgboostTrees(forest, 4), { instanceOf: RangeError, message: /finite/ });
});

test('ONNX bytes hold the model as its format has it', (t) => {
  // A leaf of 0.5 alone: small enough to be read by eye.
  const leaf = randomForest({ ...shape, trees: 1, depth: 0 }, 1);
  const bytes = onnxTrees({ ...leaf, value: Float64Array.of(0.5), base: Float64Array.of(0) }, 2);
  const text = new TextDecoder('latin1').decode(bytes);
  t.deepEqual([...bytes.subarray(0, 3)], [0x08, 8, 0x3a]);
  t.true(text.includes('TreeEnsembleRegressor'));
  t.true(text.includes('\x0a\x0etarget_weights\x3a\x04\x00\x00\x00\x3f\xa0\x01\x06'));
  t.true(text.includes('\x0a\x0bnodes_modes\x4a\x04LEAF\xa0\x01\x08'));
  t.true(text.endsWith('\x42\x04\x0a\x00\x10\x11\x42\x0e\x0a\x0aai.onnx.ml\x10\x03'));
});
