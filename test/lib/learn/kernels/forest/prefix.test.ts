import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { DataError } from '../../../../../lib/errors.js';
import { forestTensors, loadForest, prefix } from '../../../../../lib/learn/kernels/index.js';
import { anyForest, anyRows, byHand, run } from '../forests.js';

test('a prefix sums the first trees alone', (t) => {
  const row = denseBlock(1, 3, Float32Array.of(0.2, -3, 41));
  t.deepEqual([...run(prefix(byHand, 0), row)], [0.5, -0.5]);
  t.deepEqual([...run(prefix(byHand, 1), row)], [100.5, -0.5]);
  t.deepEqual([...run(prefix(byHand, 2), row)], [100.5, 4.5]);
});

test('a prefix shares the forest’s memory and holds no more of it than its trees', (t) => {
  const { feature, sets, value, roots } = prefix(byHand, 1);
  t.deepEqual([feature.length, value.length, roots.length, sets.length], [5, 5, 1, 8]);
  t.is(value.buffer, byHand.value.buffer);
  t.is(feature.buffer, byHand.feature.buffer);
  t.is(prefix(byHand, 0).feature.length, 0);
  t.deepEqual(prefix(byHand, 2), byHand);
});

test('a prefix is a forest like any other, wherever its nodes lie', (t) => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    outputs: fc.integer({ min: 1, max: 3 }),
    rounds: fc.integer({ min: 0, max: 6 }),
    kept: fc.nat(6),
  });
  fc.assert(
    fc.property(arbitrary, ({ seed, outputs, rounds, kept }) => {
      const forest = anyForest(seed, rounds * outputs, outputs);
      const trees = Math.min(kept, rounds) * outputs;
      const block = anyRows(seed, 10);
      const cut = prefix(forest, trees);
      const expected = run({ ...forest, roots: forest.roots.slice(0, trees) }, block);
      t.deepEqual(run(cut, block), expected);
      const stored = loadForest('cut', outputs, block.columns, forestTensors(cut));
      t.deepEqual(run(stored, block), expected);
    }),
  );
});

test('more trees than there are, or a part of one, are refused', (t) => {
  for (const trees of [-1, 1.5, 3, Number.NaN]) {
    t.throws(() => prefix(byHand, trees), { instanceOf: DataError, message: /expected 0 to 2/ });
  }
});
