import test from 'ava';
import fc from 'fast-check';
import { Ascending } from '../../../../../lib/features/define/text/ascending.js';

test('distinct numbers come in ascending order, row after row', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 27 }).chain((limit) => {
        const row = fc.uniqueArray(fc.integer({ min: 0, max: limit - 1 }), { maxLength: 80 });
        return fc.tuple(fc.constant(limit), fc.array(row, { maxLength: 4 }));
      }),
      ([limit, rows]) => {
        const order = new Ascending(limit);
        for (const row of rows) {
          const numbers = Uint32Array.from([...row, 7, 3]);
          order.sort(numbers, row.length);
          t.deepEqual([...numbers], [...row.sort((a, b) => a - b), 7, 3]);
        }
      },
    ),
    { seed: 51, numRuns: 60 },
  );
});

test('the least and the greatest number of a limit', (t) => {
  for (const limit of [2, 32, 33, 1024, 1025, 2 ** 20]) {
    const numbers = Uint32Array.of(limit - 1, 0);
    new Ascending(limit).sort(numbers, 2);
    t.deepEqual([...numbers], [0, limit - 1]);
  }
});
