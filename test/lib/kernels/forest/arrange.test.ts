import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../../lib/errors.js';
import { arrange } from '../../../../lib/kernels/index.js';
import { near } from '../../../support/near.js';
import { anyForest, anyRows, byHand, run } from '../forests.js';

test('all trees in their own order give the same sums bit for bit; in another, but for rounding', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, trees) => {
      const forest = anyForest(seed, trees, 1);
      const rows = anyRows(seed, 20);
      const order = Int32Array.from(forest.roots.keys());
      const expected = run(forest, rows);
      t.deepEqual(run(arrange(forest, order), rows), expected);
      const turned = run(arrange(forest, order.toReversed()), rows);
      // Leaves of 1,000 leave this of smaller ones.
      expected.forEach((sum, row) => {
        near(t, turned[row], sum, 1e-11, 1e-12);
      });
    }),
  );
});

test('some trees add what they alone add', (t) => {
  const one = { ...byHand, outputs: 1, base: Float64Array.of(0.25) };
  t.deepEqual(run(arrange(one, Int32Array.of(1)), anyRows(1, 3)).slice(0, 1), Float64Array.of(7.25));
});

test('refuses trees that there are not, and trees of several outputs', (t) => {
  t.throws(() => arrange(byHand, Int32Array.of(0)), { instanceOf: DataError, message: /take turns/ });
  const one = { ...byHand, outputs: 1, base: Float64Array.of(0) };
  t.throws(() => arrange(one, Int32Array.of(99)), { instanceOf: DataError, message: /from 0 to 1/ });
});
