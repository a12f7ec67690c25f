import test from 'ava';
import fc from 'fast-check';
import { cutSamples, isDear, sampledCost, type TimedBatch } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** What batches of the rows would take, in milliseconds. */
function taken(cut: readonly Int32Array[], of: (rows: Int32Array, batch: number) => number): TimedBatch[] {
  return cut.map((rows, batch) => {
    const took = of(rows, batch);
    return { rows, took, busy: took };
  });
}

const sizes = (rows: number) => cutSamples(rows, random(1)).map(({ length }) => length);
const none = (rows: number) => new Float64Array(rows);

test('batches grow from one row to 256, and end where the rows do', (t) => {
  const times = (size: number, count: number) => new Array<number>(count).fill(size);
  t.deepEqual(sizes(1000), [...times(1, 16), ...times(8, 8), ...times(64, 3), ...times(256, 2)]);
  t.deepEqual(sizes(30), [...times(1, 16), 8, 6]);
  t.deepEqual(sizes(3), [1, 1, 1]);
  t.deepEqual(sizes(0), []);
});

test('no row is in two batches', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1200 }), fc.integer(), (rows, seed) => {
      const all = cutSamples(rows, random(seed)).flatMap((batch) => [...batch]);
      t.is(new Set(all).size, all.length);
      t.true(all.every((row) => row >= 0 && row < rows));
    }),
    { numRuns: 50 },
  );
});

test('the fixed and the per-row part are found, and the first batch of each size is none of it', (t) => {
  const cut = cutSamples(1000, random(1));
  const known = new Set<number>();
  const batches = taken(cut, ({ length }) => {
    const isFirst = !known.has(length);
    known.add(length);
    return isFirst ? 500 : 2 + 20 * length;
  });
  const cost = sampledCost(batches, 0.5, none(1000));
  near(t, cost.fixed, 2_000, 1e-6);
  near(t, cost.perRow, 20_000, 1e-9);
  t.like(cost, { price: 0.5, wait: 0, growth: 0 });
  near(t, cost.spread, 0, 0, 1e-9);
});

test('rows that differ are counted by their mean', (t) => {
  const rows = 5_000;
  const each = Float64Array.from({ length: rows }, (_, row) => (row % 10 === 0 ? 110 : 10));
  const batches = taken(cutSamples(rows, random(2)), (own) => own.reduce((sum, row) => sum + each[row], 0));
  const { perRow } = sampledCost(batches, 0, none(rows));
  t.true(Math.abs(perRow - 20_000) < 3_000, `${perRow}`);
});

test('of few rows something is said nevertheless', (t) => {
  for (const rows of [1, 2, 5, 17, 20]) {
    const batches = taken(cutSamples(rows, random(1)), ({ length }) => 4 * length);
    const { fixed, perRow } = sampledCost(batches, 0, none(rows));
    near(t, perRow, 4_000, 1e-6);
    near(t, fixed, 0, 0, 1e-3);
  }
  t.deepEqual(sampledCost([], 1, none(0)).perRow, 0);
});

test('the part that is spent waiting is told', (t) => {
  const batches = taken(cutSamples(900, random(1)), ({ length }) => length).map((batch) => ({
    ...batch,
    busy: batch.took / 4,
  }));
  near(t, sampledCost(batches, 0, none(900)).wait, 0.75, 1e-9);
});

test('growth follows the sizes of rows alone, and chance is none', (t) => {
  const rows = 2_000;
  const draw = random(5);
  const own = Float64Array.from({ length: rows }, () => 1 + draw.integer(40));
  const cut = cutSamples(rows, random(1));
  const of = (time: (row: number) => number) =>
    sampledCost(
      taken(cut, (batch) => batch.reduce((sum, row) => sum + time(row), 0)),
      0,
      own,
    ).growth;
  near(
    t,
    of((row) => 3 * own[row] ** 2),
    2,
    1e-6,
  );
  t.is(
    of(() => 20),
    0,
  );
  t.is(
    of(() => 20 * (1 + draw.uniform())),
    0,
  );
  // No more than is believed.
  t.is(
    of((row) => own[row] ** 5),
    3,
  );
});

test('dear is what has a price, or takes a millisecond a row in a batch of 1,024', (t) => {
  const cost = { fixed: 0, perRow: 0, growth: 0, wait: 0, spread: 0, price: 0 };
  t.false(isDear(cost));
  t.true(isDear({ ...cost, price: 1e-9 }));
  t.false(isDear({ ...cost, perRow: 999 }));
  t.true(isDear({ ...cost, perRow: 1000 }));
  t.true(isDear({ ...cost, perRow: 500, fixed: 512_000 }));
  t.false(isDear({ ...cost, perRow: 499, fixed: 512_000 }));
});
