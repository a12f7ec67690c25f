import test from 'ava';
import fc from 'fast-check';
import {
  type Block,
  denseBlock,
  entries,
  gather,
  isRowBlock,
  rowBlock,
  rowSizes,
  type SparseBlock,
  SparseWriter,
  sideBySide,
  slice,
  stack,
} from '../../../../lib/data/blocks/index.js';
import { entriesOf, table } from '../../../support/blocks.js';

/** Rows of a sparse block by hand: each a list of [column, value]. */
function sparse(columns: number, rows: readonly (readonly [number, number])[][]): SparseBlock {
  const writer = new SparseWriter(rows.length, columns, 0);
  for (const row of rows) {
    for (const [column, value] of row) writer.push(column, value);
    writer.endRow();
  }
  return writer.block();
}

const WIDTH = 5;
const float = fc.float({ noNaN: true });
const denseRows = fc
  .array(fc.array(float, { minLength: WIDTH, maxLength: WIDTH }), { maxLength: 8 })
  .map((rows): Block => denseBlock(rows.length, WIDTH, Float32Array.from(rows.flat())));
const sparseRow = fc.uniqueArray(fc.tuple(fc.nat(WIDTH - 1), float), { selector: ([column]) => column });
const sparseRows = fc.array(sparseRow, { maxLength: 8 }).map((rows): Block => sparse(WIDTH, rows));
const blocks = fc.oneof(denseRows, sparseRows);

/** What a block holds, to the bit and in the stored order. */
const stored = (block: Block) => Array.from({ length: block.rows }, (_, row) => entriesOf(block, row));

test('gathering takes the named rows in the order named, repeats and empty rows included', (t) => {
  const block = sparse(4, [
    [
      [3, 1],
      [0, 2],
    ],
    [],
    [[1, 5]],
  ]);
  const taken = gather(block, [2, 1, 0, 2]);
  t.deepEqual(taken, {
    kind: 'sparse',
    rows: 4,
    columns: 4,
    offsets: Uint32Array.of(0, 1, 1, 3, 4),
    indices: Uint32Array.of(1, 3, 0, 1),
    values: Float32Array.of(5, 1, 2, 5),
  });
  const dense = gather(denseBlock(2, 2, Float32Array.of(1, 2, 3, 4)), Int32Array.of(1, 1, 0));
  t.deepEqual(dense, denseBlock(3, 2, Float32Array.of(3, 4, 3, 4, 1, 2)));
});

test('wide rows are gathered as narrow ones are', (t) => {
  for (const columns of [63, 64, 65, 200]) {
    const block = denseBlock(
      3,
      columns,
      new Float32Array(3 * columns).map((_, i) => i),
    );
    const rows = [...gather(block, [2, 0, 2]).values];
    const row = (at: number) => [...block.values].slice(at * columns, (at + 1) * columns);
    t.deepEqual(rows, [...row(2), ...row(0), ...row(2)]);
  }
});

test('gathered rows are the rows', (t) => {
  fc.assert(
    fc.property(blocks, fc.array(fc.nat()), (block, picks) => {
      const selection = block.rows === 0 ? [] : picks.map((pick) => pick % block.rows);
      const rows = stored(block);
      t.deepEqual(
        stored(gather(block, selection)),
        selection.map((row) => rows[row]),
      );
    }),
  );
});

test('a gathered block is a copy, even of all rows', (t) => {
  for (const block of [denseBlock(1, 1, Float32Array.of(7)), sparse(1, [[[0, 7]]])]) {
    const copy = gather(block, [0]);
    block.values[0] = 8;
    t.deepEqual(table(copy), [[7]]);
  }
});

test('stacked batches are the rows, one below the other', (t) => {
  const several = fc.oneof(
    fc.array(denseRows, { minLength: 1, maxLength: 4 }),
    fc.array(sparseRows, { minLength: 1, maxLength: 4 }),
  );
  fc.assert(
    fc.property(several, (parts) => {
      const stacked = stack(parts);
      t.is(stacked.columns, WIDTH);
      t.deepEqual(stored(stacked), parts.flatMap(stored));
      t.is(
        entries(stacked),
        parts.reduce((sum, part) => sum + entries(part), 0),
      );
    }),
  );
});

test('a block cut into batches by gathering is stacked back', (t) => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 4 }), (block, size) => {
      fc.pre(block.rows > 0);
      const parts: Block[] = [];
      for (let from = 0; from < block.rows; from += size) {
        const count = Math.min(size, block.rows - from);
        parts.push(
          gather(
            block,
            Int32Array.from({ length: count }, (_, i) => from + i),
          ),
        );
      }
      t.deepEqual(stored(stack(parts)), stored(block));
    }),
  );
});

test('a single batch is not copied', (t) => {
  const block = denseBlock(1, 1, Float32Array.of(1));
  t.is(stack([block]), block);
});

test('entries are all numbers of a dense block and the stored ones of a sparse block', (t) => {
  t.is(entries(denseBlock(3, 2, new Float32Array(6))), 6);
  t.is(
    entries(
      sparse(9, [
        [[8, 1]],
        [],
        [
          [0, 1],
          [4, 1],
        ],
      ]),
    ),
    3,
  );
  t.is(entries(sparse(9, [])), 0);
});

test('a slice holds its rows, and of them alone', (t) => {
  fc.assert(
    fc.property(blocks, fc.nat(8), fc.nat(8), (block, a, b) => {
      const [from, to] = [Math.min(a, b, block.rows), Math.min(Math.max(a, b), block.rows)];
      const cut = slice(block, from, to);
      t.is(cut.rows, to - from);
      t.deepEqual(stored(cut), stored(block).slice(from, to));
      t.is(entries(cut), stored(cut).flat().length);
      t.deepEqual(stored(stack([slice(block, 0, from), cut, slice(block, to, block.rows)])), stored(block));
    }),
  );
});

test('blocks side by side are one table; a dense one alone is its own', (t) => {
  fc.assert(
    fc.property(blocks, (block) => {
      const twice = sideBySide([block, block]);
      const expected = table(block).flatMap((row) => [...row, ...row]);
      t.deepEqual(twice, Float32Array.from(expected));
    }),
  );
  const whole = denseBlock(2, 1, Float32Array.of(1, 2, 3));
  t.deepEqual(sideBySide([whole]), Float32Array.of(1, 2));
  t.is(sideBySide([whole]).buffer, whole.values.buffer);
});

test('rows taken from a block, and batches put together, are scaled as it is', (t) => {
  const block = denseBlock(2, 1, Float32Array.of(1, 2), 'block');
  for (const each of [gather(block, [1]), slice(block, 0, 1), stack([block, block])]) {
    t.like(each, { kind: 'dense', scaling: 'block' });
  }
  t.false('scaling' in denseBlock(1, 1, Float32Array.of(1), 'columns'));
});

const rows = ['a', { b: 1 }, 'c', undefined];

test('rows are gathered, sliced and stacked as numbers are', (t) => {
  const block = rowBlock(rows);
  t.is(block.rows, 4);
  const held = (of: ReturnType<typeof gather>) => (isRowBlock(of) ? of.held : 'none');
  t.deepEqual(held(gather(block, [2, 0, 0])), ['c', 'a', 'a']);
  t.deepEqual(held(slice(block, 1, 3)), [{ b: 1 }, 'c']);
  t.is(slice(block, 0, 4), block);
  t.deepEqual(held(stack([block, rowBlock(['d'])])), [...rows, 'd']);
  t.is(stack([rowBlock(['d']), block]).rows, 5);
});

test('it holds no numbers, and other blocks hold no rows', (t) => {
  const block = rowBlock(rows);
  t.is(entries(block), 0);
  t.deepEqual([...rowSizes([block])], [0, 0, 0, 0]);
  t.false(isRowBlock(denseBlock(2, 0, new Float32Array(0))));
  t.false(isRowBlock(denseBlock(2, 1, new Float32Array(2))));
});
