import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { DataError } from '../../../../../lib/errors.js';
import { forestTensors, loadForest, prefix, repeated } from '../../../../../lib/learn/kernels/index.js';
import { anyForest, anyRows, byHand, run } from '../forests.js';

test('a repeated forest sums its trees again, the last time as many as are wanted', (t) => {
  const row = denseBlock(1, 3, Float32Array.of(0.2, -3, 41));
  // 100 to the first sum and 5 to the second, from 0.5 and -0.5.
  t.deepEqual([...run(repeated(byHand, 0), row)], [0.5, -0.5]);
  t.deepEqual([...run(repeated(byHand, 2), row)], [100.5, 4.5]);
  t.deepEqual([...run(repeated(byHand, 3), row)], [200.5, 4.5]);
  t.deepEqual([...run(repeated(byHand, 4), row)], [200.5, 9.5]);
});

test('each time the trees have nodes of their own', (t) => {
  const { roots, feature, sets } = repeated(byHand, 4);
  t.deepEqual([...roots], [0, 5, 8, 13]);
  t.is(feature.length, 16);
  t.deepEqual(sets, byHand.sets);
});

test('a repeated forest is a forest like any other', (t) => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    outputs: fc.integer({ min: 1, max: 3 }),
    rounds: fc.integer({ min: 1, max: 4 }),
    wanted: fc.nat(9),
  });
  fc.assert(
    fc.property(arbitrary, ({ seed, outputs, rounds, wanted }) => {
      const forest = anyForest(seed, rounds * outputs, outputs);
      const block = anyRows(seed, 10);
      const many = repeated(forest, wanted * outputs);
      const roots = Int32Array.from(
        { length: wanted * outputs },
        (_, i) => forest.roots[i % (rounds * outputs)],
      );
      t.deepEqual(run(many, block), run({ ...forest, roots }, block));
      const stored = loadForest('many', outputs, block.columns, forestTensors(many));
      t.deepEqual(run(stored, block), run(many, block));
    }),
    { numRuns: 50 },
  );
});

test('no forest can be made of no trees, or have half a tree', (t) => {
  const none = prefix(byHand, 0);
  t.is(repeated(none, 0).roots.length, 0);
  for (const [forest, trees] of [
    [none, 1],
    [byHand, 1.5],
    [byHand, -1],
  ] as const) {
    t.throws(() => repeated(forest, trees), { instanceOf: DataError });
  }
});
