import test from 'ava';
import fc from 'fast-check';
import { BESIDE, Search } from '../../../../lib/kernels/quantize/search.js';

const number = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-0, Infinity, -Infinity));
const ascending = fc
  .uniqueArray(
    number.map((value) => value + 0),
    { maxLength: 20 },
  )
  .map((values) => Float32Array.from(values).sort());
const block = fc.array(
  fc.record({ thresholds: ascending, number: fc.oneof(number, fc.constant(Number.NaN)) }),
  {
    maxLength: 20,
  },
);

test('a rank is how many thresholds are below the number, whatever the blocks and however far apart numbers lie', (t) => {
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 3 }),
      (blocks, apart) => {
        const bounds = [0];
        for (const { length } of blocks) bounds.push(bounds[bounds.length - 1] + length);
        const search = new Search(
          blocks.flat().map(({ thresholds }) => thresholds),
          bounds,
        );
        blocks.forEach((columns, b) => {
          const numbers = new Float32Array((columns.length + BESIDE - 1) * apart).fill(Number.NaN);
          columns.forEach((column, c) => {
            numbers[c * apart] = column.number;
          });
          const ranks = search.find(b, new Int32Array(numbers.buffer), apart).slice(bounds[b], bounds[b + 1]);
          const isNumber = (_: unknown, c: number) => !Number.isNaN(columns[c].number);
          const expected = columns
            .filter(isNumber)
            .map((column) => column.thresholds.filter((one) => one < column.number).length);
          t.deepEqual([...ranks.filter(isNumber)], expected);
        });
      },
    ),
  );
});
