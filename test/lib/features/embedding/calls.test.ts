import test from 'ava';
import fc from 'fast-check';
import { batchesBySize } from '../../../../lib/features/embedding/calls.js';

test('items of similar sizes are together, the largest first', (t) => {
  t.deepEqual(
    batchesBySize([5, 1, 9, 5, 2], 2).map((batch) => [...batch]),
    [[2, 0], [3, 4], [1]],
  );
  t.deepEqual(batchesBySize([], 4), []);
  t.deepEqual(batchesBySize([0, 0], 4), [], 'nothing to encode');
});

test('every item is in one batch, and full batches are padded no more than as they come', (t) => {
  const padded = (sizes: readonly number[], batches: readonly ArrayLike<number>[]) =>
    batches.reduce((sum, batch) => {
      const own = Array.from(batch, (i) => sizes[i]);
      return sum + own.length * Math.max(...own);
    }, 0);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 8 }),
      (sizes, most) => {
        const batches = batchesBySize(sizes, most);
        t.deepEqual(
          [...batches.flatMap((batch) => [...batch])].sort((a, b) => a - b),
          [...sizes.keys()],
        );
        t.true(batches.every(({ length }) => length <= most));
        const inTurn = [...sizes.keys()].flatMap((i) =>
          i % most === 0 ? [[...sizes.keys()].slice(i, i + most)] : [],
        );
        if (sizes.length % most === 0) t.true(padded(sizes, batches) <= padded(sizes, inTurn));
      },
    ),
  );
});
