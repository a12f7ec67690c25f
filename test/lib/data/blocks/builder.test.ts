import test from 'ava';
import fc from 'fast-check';
import {
  type Block,
  BlockBuilder,
  consecutive,
  denseBlock,
  gather,
  type SparseBlock,
} from '../../../../lib/data/blocks/index.js';
import { random } from '../../../../lib/stats/index.js';
import { entriesOf } from '../../../support/blocks.js';

const [ROWS, COLUMNS] = [9, 4];

/** Numbers that tell rows and columns apart; of a sparse block every third row is empty. */
function blockOf(kind: Block['kind']): Block {
  if (kind === 'dense') {
    return denseBlock(
      ROWS,
      COLUMNS,
      Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => i),
      'block',
    );
  }
  const columns = Array.from({ length: ROWS }, (_, row) => [[], [2], [0, 3]][row % 3]);
  const offsets = Uint32Array.from([0, ...columns.map((_, row) => columns.slice(0, row + 1).flat().length)]);
  const indices = Uint32Array.from(columns.flat());
  return { kind, rows: ROWS, columns: COLUMNS, offsets, indices, values: Float32Array.from(indices.keys()) };
}

const stored = (block: Block) => Array.from({ length: block.rows }, (_, row) => entriesOf(block, row));

test('batches in any order make the block that they are of, in memory of its own or shared', (t) => {
  const property = fc.property(
    fc.constantFrom<Block['kind']>('dense', 'sparse'),
    fc.integer(),
    fc.integer({ min: 1, max: ROWS }),
    fc.boolean(),
    (kind, seed, size, isShared) => {
      const whole = blockOf(kind);
      const order = consecutive(0, ROWS);
      random(seed).shuffle(order);
      const builder = new BlockBuilder(ROWS, isShared);
      for (let from = 0; from < ROWS; from += size) {
        const places = order.subarray(from, from + size);
        builder.put(gather(whole, places), places);
      }
      const built = builder.block();
      t.deepEqual(stored(built), stored(whole));
      t.is(built.columns, COLUMNS);
      t.is(built.values.buffer instanceof SharedArrayBuffer, isShared);
      t.is(builder.bytes, kind === 'dense' ? 4 * ROWS * COLUMNS : 4 * (ROWS + 1) + 8 * 9);
    },
  );
  fc.assert(property, { numRuns: 60 });
});

test('how columns are scaled is kept', (t) => {
  const builder = new BlockBuilder(2);
  builder.put(denseBlock(2, 1, Float32Array.of(1, 2), 'block'), consecutive(0, 2));
  t.deepEqual(builder.block(), denseBlock(2, 1, Float32Array.of(1, 2), 'block'));
});

test('sparse batches with room to spare are copied without it', (t) => {
  const batch: SparseBlock = {
    kind: 'sparse',
    rows: 2,
    columns: 3,
    offsets: Uint32Array.of(1, 2, 3),
    indices: Uint32Array.of(9, 0, 2, 9),
    values: Float32Array.of(9, 5, 6, 9),
  };
  const builder = new BlockBuilder(2);
  builder.put(batch, Int32Array.of(1, 0));
  const { offsets, values } = builder.block() as SparseBlock;
  t.deepEqual(offsets, Uint32Array.of(0, 1, 2));
  t.deepEqual(values, Float32Array.of(6, 5));
});
