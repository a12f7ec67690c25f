import test from 'ava';
import fc from 'fast-check';
import { drawKeyed, type KeyedRow, lowest } from '../../../cascades/batch/keyedSample.js';
import { random } from '../../../lib/stats/index.js';

const row = fc.record({
  partition: fc.constantFrom('a', 'b', 'c'),
  index: fc.nat(5),
  // Few numbers, so that some rows share theirs.
  high: fc.nat(2),
  low: fc.nat(2),
});
/** Rows as samples have them: a position has one number. */
const rows = fc
  .array(row, { maxLength: 20 })
  .map((drawn) => [...new Map(drawn.map((each) => [each.partition + each.index, each])).values()]);
const counts = fc.nat(6);

/** Parts of one set of rows, which overlap. */
const parts = rows.chain((all) => fc.tuple(fc.subarray(all), fc.subarray(all), fc.subarray(all)));

const merged = (a: readonly KeyedRow[], b: readonly KeyedRow[], count: number) => lowest([...a, ...b], count);

test('merging sketches commutes, is associative and idempotent, and equals a sketch of all', (t) => {
  const law = fc.property(parts, counts, (drawn, count) => {
    const [a, b, c] = drawn.map((part) => lowest(part, count));
    t.deepEqual(merged(a, b, count), merged(b, a, count));
    t.deepEqual(merged(merged(a, b, count), c, count), merged(a, merged(b, c, count), count));
    t.deepEqual(merged(a, a, count), a);
    t.deepEqual(merged(merged(a, b, count), c, count), lowest(drawn.flat(), count));
  });
  fc.assert(law);
});

test('the lowest numbers win, and of one number the first position', (t) => {
  const at = (partition: string, index: number, high: number, low: number) => ({
    partition,
    index,
    high,
    low,
  });
  const all = [
    at('b', 0, 1, 0),
    at('a', 1, 1, 0),
    at('a', 0, 1, 0),
    at('c', 9, 0, 7),
    at('c', 8, 0, 2 ** 32 - 1),
  ];
  t.deepEqual(
    lowest(all, 4).map(({ partition, index }) => `${partition}${index}`),
    ['c9', 'c8', 'a0', 'a1'],
  );
});

const sizes = fc.array(fc.oneof(fc.nat(4), fc.nat(300)), { minLength: 1, maxLength: 5 });

test('a sample is the same in any order of partitions and rows, however often some come', (t) => {
  const law = fc.property(sizes, counts, fc.nat(), (all, count, seed) => {
    const of = all.map((size, p) => ({
      partition: `p${p}`,
      rows: Array.from({ length: size }, (_, i) => i),
    }));
    const drawn = (order: typeof of) =>
      order.reduce<KeyedRow[]>(
        (before, { partition, rows }) => drawKeyed(seed, partition, rows, count, before),
        [],
      );
    const reversed = of.map(({ partition, rows }) => ({ partition, rows: [...rows].reverse() })).reverse();
    t.deepEqual(drawn(of), drawn([...reversed, ...reversed]));
    // The sample so far needs no order.
    const before = drawn(of.slice(1)).toReversed();
    t.deepEqual(drawn(of), drawKeyed(seed, of[0].partition, of[0].rows, count, before));
    const each = of.map(({ partition, rows }) => drawKeyed(seed, partition, rows, count));
    t.deepEqual(drawn(of), lowest(each.flat(), count));
    t.is(
      drawn(of).length,
      Math.min(
        count,
        all.reduce((sum, size) => sum + size, 0),
      ),
    );
  });
  fc.assert(law, { numRuns: 40 });
});

test('seed and partition change every number; a seed is its decimal form', (t) => {
  const all = [0, 1, 2, 3];
  const numbers = (seed: number | string, partition: string) =>
    drawKeyed(seed, partition, all, 4).map(({ high, low, index }) => [index, high, low].join());
  const known = numbers(1, 'a');
  t.deepEqual(numbers('1', 'a'), known);
  for (const other of [
    numbers(2, 'a'),
    numbers(1, 'b'),
    numbers('1:', 'a'),
    numbers('11', ''),
    numbers('', 'a'),
  ]) {
    t.false(other.some((number) => known.includes(number)));
  }
});

test('every set of rows is as likely as another', (t) => {
  // Two of the five rows of two partitions: ten sets, expected 400 times each.
  const stream = random(1);
  const seen = new Map<string, number>();
  for (let i = 0; i < 4_000; i++) {
    const seed = stream.integer(2 ** 32);
    const drawn = drawKeyed(seed, 'b', [0, 1], 2, drawKeyed(seed, 'a', [0, 1, 2], 2));
    const set = drawn
      .map(({ partition, index }) => partition + index)
      .sort()
      .join();
    seen.set(set, (seen.get(set) ?? 0) + 1);
  }
  t.is(seen.size, 10);
  const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
  // The upper hundred-thousandth of its law with nine degrees of freedom is 40.
  t.true(chiSquare < 40, `${chiSquare}`);
});
