import test from 'ava';
import fc from 'fast-check';
import { addForest } from '../../../../lib/learn/kernels/forest/reference.js';
import { begin, singleRounds } from '../../../../lib/learn/kernels/index.js';
import { anyForest, anyRows } from './forests.js';

test('sums in single precision are the reference’s over floats, bit for bit, in one go or several', (t) => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    outputs: fc.integer({ min: 1, max: 3 }),
    rounds: fc.integer({ min: 0, max: 20 }),
    cut: fc.nat(20),
    rows: fc.constantFrom(1, 7, 9, 130),
  });
  let apart = 0;
  fc.assert(
    fc.property(arbitrary, ({ seed, outputs, rounds, cut, rows }) => {
      const forest = anyForest(seed, rounds * outputs, outputs);
      const block = anyRows(seed, rows);
      const expected = new Float32Array(rows * outputs);
      begin(forest, rows, expected);
      addForest(forest, [block], expected);
      const sums = new Float64Array(rows * outputs);
      const single = singleRounds(forest);
      single.begin(rows, sums);
      single.advance([block], sums, 0, cut);
      single.advance([block], sums, cut, rounds);
      t.deepEqual([...sums], [...expected]);
      const double = new Float64Array(rows * outputs);
      begin(forest, rows, double);
      addForest(forest, [block], double);
      if (double.some((sum, i) => Math.fround(sum) !== expected[i])) apart++;
    }),
    { numRuns: 60 },
  );
  t.true(apart > 0, 'the rounding matters somewhere');
});
