import test from 'ava';
import fc from 'fast-check';
import { denseBlock, gather, rowDigests, SparseWriter } from '../../../../lib/data/blocks/index.js';

const value = fc.float({ noNaN: true });
const row = fc.record({
  dense: fc.tuple(value, value),
  sparse: fc.array(fc.tuple(fc.nat(9), value), { maxLength: 3 }),
});

function blocksOf(rows: readonly { dense: [number, number]; sparse: [number, number][] }[]) {
  const writer = new SparseWriter(rows.length, 10, 4);
  for (const { sparse } of rows) {
    for (const [column, entry] of sparse) writer.push(column, entry);
    writer.endRow();
  }
  return [denseBlock(rows.length, 2, Float32Array.from(rows.flatMap(({ dense }) => dense))), writer.block()];
}

test('rows have the same digest exactly where all of their numbers are the same, wherever they stand', (t) => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const blocks = blocksOf(rows);
      const digests = rowDigests(blocks);
      const backwards = Int32Array.from(rows.keys()).reverse();
      t.deepEqual(rowDigests(blocks.map((block) => gather(block, backwards))), digests.slice().reverse());
      const text = rows.map((_, r) => {
        const one = blocks.map((block) => gather(block, [r]));
        return one
          .map(
            (block) =>
              `${block.kind === 'sparse' ? block.indices : ''}|${new Uint32Array(block.values.slice().buffer)}`,
          )
          .join();
      });
      rows.forEach((_, a) => {
        rows.forEach((_, b) => {
          t.is(digests[a] === digests[b], text[a] === text[b]);
        });
      });
    }),
  );
});

test('digests are whole numbers that a file keeps, and neighbours share none', (t) => {
  const rows = 20_000;
  const digests = rowDigests([
    denseBlock(
      rows,
      1,
      Float32Array.from({ length: rows }, (_, r) => r),
    ),
  ]);
  t.true(digests.every(Number.isSafeInteger));
  t.is(new Set(digests).size, rows);
  t.deepEqual(rowDigests([]), new Float64Array(0));
});

test('a missing value is one value, whichever bits its NaN has; an infinity is none', (t) => {
  const bits = Uint32Array.of(
    0x7fc00000,
    0xffc00000,
    0x7f800001,
    0xffffffff,
    0x7f800000,
    0xff800000,
    0x7f7fffff,
  );
  const digests = rowDigests([denseBlock(bits.length, 1, new Float32Array(bits.buffer))]);
  t.is(new Set(digests.subarray(0, 4)).size, 1);
  t.is(new Set(digests).size, 4);
});
