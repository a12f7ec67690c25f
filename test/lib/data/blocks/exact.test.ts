import test from 'ava';
import fc from 'fast-check';
import {
  addDoubles,
  type Block,
  BlockBuilder,
  bytesOfRows,
  denseBlock,
  exactBlock,
  exactValues,
  gather,
  Occupied,
  SharedCopies,
  SparseWriter,
  slice,
  stack,
  withExact,
} from '../../../../lib/data/blocks/index.js';
import { entryBytes } from '../../../../lib/features/cache/store.js';
import { decodeBlock, encodeBlock } from '../../../../lib/features/cache/tier.js';
import { entriesOf } from '../../../support/blocks.js';

const COLUMNS = 3;
const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 });
const tables = fc.array(fc.array(fc.option(double), { minLength: COLUMNS, maxLength: COLUMNS }), {
  minLength: 1,
  maxLength: 9,
});
type Table = readonly (readonly (number | null)[])[];

/** Rows of doubles as a block; of a sparse one null isn't stored. */
function blockOf(table: Table, isSparse: boolean): Block {
  if (!isSparse)
    return exactBlock(
      table.length,
      COLUMNS,
      Float64Array.from(table.flat(), (value) => value ?? 0),
    );
  const writer = new SparseWriter(table.length, COLUMNS, 0, true);
  for (const row of table) {
    row.forEach((value, column) => {
      if (value !== null) writer.push(column, value);
    });
    writer.endRow();
  }
  return writer.block();
}

/** A block's doubles as plain rows of [column, double]. */
function doubles(block: Block): [number, number][][] {
  const { exact } = block;
  if (exact === undefined) throw new Error('has no doubles');
  let at = 0;
  return Array.from({ length: block.rows }, (_, row) =>
    entriesOf(block, row).map(([column]) => [column, exact[at++]]),
  );
}

const roundedAsItsValues = (block: Block) =>
  new Float32Array(block.exact ?? []).join() === block.values.join();

test('doubles go with their rows, however these are taken and put together', (t) => {
  const property = fc.property(
    tables,
    fc.boolean(),
    fc.infiniteStream(fc.nat()),
    (table, isSparse, picks) => {
      const block = blockOf(table, isSparse);
      const rows = doubles(block);
      t.true(roundedAsItsValues(block));
      const selection = table.map(() => picks.next().value % table.length);
      const gathered = gather(block, selection);
      const expected = selection.map((row) => rows[row]);
      t.deepEqual(doubles(gathered), expected);
      t.true(roundedAsItsValues(gathered));
      const cut = picks.next().value % (table.length + 1);
      const parts = [slice(block, 0, cut), slice(block, cut, table.length)];
      t.deepEqual(parts.flatMap(doubles), rows);
      t.deepEqual(doubles(stack(parts)), rows);
      for (const isShared of [false, true]) {
        const builder = new BlockBuilder(table.length, isShared);
        const order = [...table.keys()].sort((a, b) => (a % 2) - (b % 2));
        for (const places of [order.slice(0, cut), order.slice(cut)])
          if (places.length > 0) builder.put(gather(block, places), Int32Array.from(places));
        const built = builder.block();
        t.deepEqual(doubles(built), rows);
        t.is(built.exact?.buffer instanceof SharedArrayBuffer, isShared);
        t.is(builder.bytes, bytesOfRows({ block }));
      }
      const one = gather(block, [0]);
      t.deepEqual(decodeBlock(encodeBlock(one), COLUMNS), one);
    },
  );
  fc.assert(property, { numRuns: 60 });
});

test('blocks without doubles get none', (t) => {
  const dense = denseBlock(2, 1, Float32Array.of(1, 2));
  const sparse = new SparseWriter(2, 1, 0);
  sparse.push(0, 1);
  sparse.endRow();
  sparse.endRow();
  for (const block of [dense, sparse.block()]) {
    const builder = new BlockBuilder(2);
    builder.put(block, Int32Array.of(1, 0));
    const made = [gather(block, [1]), slice(block, 0, 1), stack([block, block]), builder.block()];
    t.false([block, ...made].some((each) => 'exact' in each));
    t.is(withExact(block, undefined), block);
  }
});

test('among batches of which some have doubles, the others stand for their values', (t) => {
  const [tenth, rounded] = [0.1, Math.fround(0.1)];
  const exact = exactBlock(1, 1, Float64Array.of(tenth));
  const plain = denseBlock(1, 1, Float32Array.of(tenth));
  t.deepEqual(stack([plain, exact]).exact, Float64Array.of(rounded, tenth));
  for (const [first, second] of [
    [plain, exact],
    [exact, plain],
  ]) {
    const builder = new BlockBuilder(2);
    builder.put(first, Int32Array.of(0));
    builder.put(second, Int32Array.of(1));
    t.deepEqual(builder.block().exact, stack([first, second]).exact);
  }
});

test('doubles count as memory: of rows, of an entry in a cache, of what a feature may not return twice', (t) => {
  const exact = exactBlock(2, 3, new Float64Array(6));
  t.is(bytesOfRows({ block: exact }), 2 * 3 * 12);
  t.is(entryBytes('k', exact) - entryBytes('k', denseBlock(2, 3, exact.values)), 2 * 3 * 8);
  const occupied = new Occupied<string>();
  t.is(occupied.take(exact, 'a'), undefined);
  t.is(occupied.take({ ...exact, values: new Float32Array(6) }, 'b'), 'a');
});

test('copies for threads that fit have none: learners read values alone', (t) => {
  const copy = new SharedCopies().block(exactBlock(1, 1, Float64Array.of(0.1)));
  t.deepEqual(copy.values, Float32Array.of(0.1));
  t.false('exact' in copy);
});

test('products are of the doubles, a row alone as in a batch', (t) => {
  const property = fc.property(
    tables,
    fc.boolean(),
    fc.integer({ min: 1, max: 5 }),
    (table, isSparse, outputs) => {
      const block = blockOf(table, isSparse);
      const weights = Float64Array.from({ length: (1 + COLUMNS) * outputs }, (_, i) => Math.sin(i));
      const products = (of: Block) => {
        const out = new Float64Array(of.rows * outputs).fill(1);
        addDoubles({ ...of, values: Float64Array.from(exactValues(of)) }, weights, 1, outputs, out);
        return out;
      };
      const all = products(block);
      doubles(block).forEach((row, r) => {
        for (let o = 0; o < outputs; o++) {
          const terms = row.map(([column, value]) => value * weights[(1 + column) * outputs + o]);
          const size = terms.reduce((sum, term) => sum + Math.abs(term), 1);
          const sum = terms.reduce((all, term) => all + term, 1);
          t.true(Math.abs(all[r * outputs + o] - sum) <= 1e-15 * size);
        }
        t.deepEqual(products(slice(block, r, r + 1)), all.slice(r * outputs, (r + 1) * outputs));
      });
    },
  );
  fc.assert(property, { numRuns: 60 });
});

test('a product by hand differs from that of rounded numbers', (t) => {
  const out = new Float64Array(2);
  addDoubles(
    { kind: 'dense', rows: 1, columns: 5, values: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5) },
    Float64Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 1 : -2)),
    0,
    2,
    out,
  );
  t.true(Math.abs(out[0] - 1.5) < 1e-15 && Math.abs(out[1] + 3) < 1e-15);
});
