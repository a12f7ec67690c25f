import test from 'ava';
import fc from 'fast-check';
import { fastLoops } from '../../../../../lib/learn/learners/boosting/fastLoops.js';
import { BIN, CUT, type Loops, plainLoops } from '../../../../../lib/learn/learners/boosting/plainLoops.js';
import { uniform } from '../problem.js';

const ROWS = 300;

/** The same arrays for any loops, in the memory that they need. */
function arrays(columns: number, seed: number, fast: boolean) {
  const bins = 256;
  const size = BIN * bins * columns;
  const kernel = fast ? fastLoops(20 * ROWS + 8 * size * 2 + ROWS * columns + 256) : undefined;
  const memory = kernel?.memory ?? new ArrayBuffer(2 ** 20);
  let at = kernel?.begin ?? 0;
  const next = (length: number) => {
    at += length;
    return at - length;
  };
  const derivatives = new Int32Array(memory, next(8 * ROWS), 2 * ROWS);
  const histogram = new Float64Array(memory, next(8 * size), size);
  const other = new Float64Array(memory, next(8 * size), size);
  const order = new Int32Array(memory, next(4 * ROWS), ROWS);
  const scratch = new Int32Array(memory, next(4 * ROWS), ROWS);
  const goesLeft = new Uint8Array(memory, next(256), 256);
  const dense = Array.from({ length: columns }, (_, c) => ({
    bins: new Uint8Array(memory, next(ROWS), ROWS),
    first: c * bins,
    count: bins,
  }));
  const random = uniform(seed);
  derivatives.forEach((_, i) => {
    // The largest that the grid gives.
    derivatives[i] = i % 2 === 0 ? Math.round((random() - 0.5) * 2 ** 31) : Math.round(random() * 2 ** 23);
  });
  order.forEach((_, i) => {
    order[i] = (i * 7) % ROWS;
  });
  for (const column of dense) for (let r = 0; r < ROWS; r++) column.bins[r] = Math.floor(random() * bins);
  for (let bin = 0; bin < bins; bin++) goesLeft[bin] = Number(random() < 0.5);
  const loops: Loops = kernel ?? plainLoops;
  return {
    loops,
    derivatives,
    histogram,
    other,
    order,
    scratch,
    goesLeft,
    dense,
    isFast: kernel !== undefined,
  };
}

test('the kernel does what plain code does, bit for bit', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer(),
      fc.nat(ROWS),
      fc.nat(ROWS),
      (columns, seed, i, j) => {
        const both = [false, true].map((fast) => {
          const { isFast, loops, ...room } = arrays(columns, seed, fast);
          t.is(isFast, fast);
          const { derivatives, histogram, other, order, scratch, goesLeft, dense } = room;
          const rows = order.subarray(Math.min(i, j), Math.max(i, j));
          other.fill(9);
          loops.sum(other, dense, order, derivatives);
          const all = [...other];
          histogram.fill(7);
          loops.sum(histogram, dense.slice(1), rows, derivatives, other);
          const rest = [...other];
          loops.take(other, dense.slice(0, 5), order.subarray(Math.max(i, j)), derivatives);
          const left = loops.partition(rows, dense[0].bins, goesLeft, scratch);
          return { all, sums: [...histogram], rest, taken: [...other], left: [left], order: [...order] };
        });
        t.deepEqual(both[0], both[1]);
      },
    ),
    { numRuns: 30 },
  );
});

test('sums are those of the rows, and partition keeps the order on each side', (t) => {
  const { loops, derivatives, histogram, order, scratch, goesLeft, dense } = arrays(2, 5, true);
  const rows = order.slice();
  loops.sum(histogram, dense, order, derivatives);
  for (const bin of [0, 17, 255]) {
    const inBin = [...rows].filter((row) => dense[1].bins[row] === bin);
    const at = BIN * (256 + bin);
    t.is(
      histogram[at],
      inBin.reduce((sum, row) => sum + derivatives[2 * row], 0),
    );
    t.is(
      histogram[at + 1],
      inBin.reduce((sum, row) => sum + derivatives[2 * row + 1], 0),
    );
    t.is(histogram[at + 2], inBin.length);
  }
  const left = loops.partition(order, dense[0].bins, goesLeft, scratch);
  const isLeft = (row: number) => goesLeft[dense[0].bins[row]] === 1;
  t.deepEqual([...order.subarray(0, left)], [...rows].filter(isLeft));
  t.deepEqual(
    [...order.subarray(left)],
    [...rows].filter((row) => !isLeft(row)),
  );
});

test('what is left of a histogram without some of its rows is that of the others', (t) => {
  for (const fast of [true, false]) {
    const { loops, derivatives, histogram, other, order, dense } = arrays(5, 8, fast);
    const [some, others] = [order.subarray(0, 120), order.subarray(120)];
    loops.sum(other, dense, order, derivatives);
    loops.sum(histogram, dense, some, derivatives, other);
    const rest = other.slice();
    loops.sum(histogram, dense, others, derivatives);
    t.deepEqual(rest, histogram.slice());
    loops.sum(other, dense, order, derivatives);
    loops.take(other, dense, some, derivatives);
    t.deepEqual(other.slice(), rest);
    loops.take(other, dense, order.subarray(0, 0), derivatives);
    t.deepEqual(other.slice(), rest);
  }
});

test('more rows than the kernel sums at once, all in one bin with the largest derivatives, still sum exactly', (t) => {
  const rows = 2 ** 20 + 5;
  const loops = fastLoops(8 * (4 * BIN + rows) + 4 * rows + rows);
  t.truthy(loops);
  if (loops === undefined) return;
  let at = loops.begin;
  const next = (length: number) => {
    at += length;
    return at - length;
  };
  const histogram = new Float64Array(loops.memory, next(8 * 2 * BIN), 2 * BIN);
  const whole = new Float64Array(loops.memory, next(8 * 2 * BIN), 2 * BIN).fill(2 ** 51);
  const derivatives = new Int32Array(loops.memory, next(8 * rows), 2 * rows);
  const order = new Int32Array(loops.memory, next(4 * rows), rows);
  const bins = new Uint8Array(loops.memory, next(rows), rows);
  for (let row = 0; row < rows; row++) {
    order[row] = row;
    derivatives[2 * row] = -(2 ** 30);
    derivatives[2 * row + 1] = 2 ** 23;
  }
  loops.sum(histogram, [{ bins, first: 1, count: 1 }], order, derivatives, whole);
  const sums = [0, 0, 0, -(2 ** 30) * rows, 2 ** 23 * rows, rows];
  t.deepEqual([...histogram], sums);
  t.deepEqual(
    [...whole],
    sums.map((sum) => 2 ** 51 - sum),
  );
});

test('the kernel finds the cut that plain code finds, bit for bit', (t) => {
  const kernel = fastLoops(8 * (BIN * 256 + CUT));
  t.truthy(kernel);
  if (kernel === undefined) return;
  const histogram = new Float64Array(kernel.memory, kernel.begin, BIN * 256);
  const cut = new Float64Array(kernel.memory, kernel.begin + 8 * BIN * 256, CUT);
  let found = 0;
  const settings = fc.record({
    bins: fc.integer({ min: 2, max: 255 }),
    rows: fc.integer({ min: 1, max: 400 }),
    minRows: fc.integer({ min: 0, max: 40 }),
    minSecond: fc.constantFrom(0, 1e-3, 200),
    l2: fc.constantFrom(0, 1, 50),
    isBefore: fc.boolean(),
    least: fc.constantFrom(0, 1e3, 1e9),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(settings, ({ bins, rows, minRows, minSecond, l2, isBefore, least, seed }) => {
      const random = uniform(seed);
      histogram.fill(0);
      const node = [0, 0, 0];
      for (let row = 0; row < rows; row++) {
        // A few bins hold most rows, and some none.
        const at = BIN * Math.floor(random() ** 2 * (bins + 1));
        const own = [Math.round(200 * (random() - 0.5)), Math.round(20 * random()), 1];
        own.forEach((value, i) => {
          histogram[at + i] += value;
          node[i] += value;
        });
      }
      const start = [...node, l2, minRows, minSecond, least, -1, -2, -3];
      const before = isBefore ? BIN * bins : -1;
      const both = [plainLoops, kernel].map((loops) => {
        cut.set(start);
        const at = loops.scan(histogram, 0, BIN * bins, before, cut);
        return { at, cut: [...cut] };
      });
      t.deepEqual(both[0], both[1]);
      if (both[0].at >= 0) found++;
    }),
    { numRuns: 300 },
  );
  t.true(found > 100, `${found} cuts`);
});

test('bins without rows before all others have no cut after them, whatever the limits', (t) => {
  const kernel = fastLoops(8 * (BIN * 21 + CUT));
  t.truthy(kernel);
  if (kernel === undefined) return;
  const histogram = new Float64Array(kernel.memory, kernel.begin, BIN * 21);
  const cut = new Float64Array(kernel.memory, kernel.begin + 8 * BIN * 21, CUT);
  // Ten empty bins, rows in one, nine empty ones, and rows on the left whatever the cut.
  histogram.set([4, 2, 2], BIN * 10);
  histogram.set([-4, 2, 2], BIN * 20);
  for (const loops of [plainLoops, kernel]) {
    const found = (node: number[], minRows: number, before: number) => {
      cut.set([...node, 1, minRows, 0, 0, -1, -2, -3]);
      const at = loops.scan(histogram, 0, BIN * 20, before, cut);
      return { at, cut: [...cut.subarray(6)] };
    };
    t.deepEqual(found([0, 4, 4], 1, BIN * 20), { at: -1, cut: [0, -1, -2, -3] });
    t.deepEqual(found([4, 2, 2], 0, -1), { at: BIN * 10, cut: [16 / 3, 4, 2, 2] });
    // 3 more, with 1 and 1, beyond these bins: 4^2 / 3 + 3^2 / 2.
    t.deepEqual(found([7, 3, 3], 0, -1), { at: BIN * 10, cut: [16 / 3 + 4.5, 4, 2, 2] });
  }
});

test('a cut keeps enough rows and second derivatives on both sides, and ties go to the lowest bin', (t) => {
  // Sums of first, second and rows: the middle bin is empty.
  const histogram = Float64Array.of(-6, 3, 3, -6, 3, 3, 0, 0, 0, 6, 3, 3, 6, 3, 3);
  const found = (minRows: number, minSecond: number, least = 0) => {
    const cut = Float64Array.of(0, 12, 12, 0, minRows, minSecond, least, 0, 0, 0);
    const at = plainLoops.scan(histogram, 0, 4 * BIN, -1, cut);
    return { at, cut: [...cut.subarray(6)] };
  };
  // 12^2 / 6 on each side.
  t.deepEqual(found(1, 0), { at: BIN, cut: [48, -12, 6, 6] });
  t.deepEqual(found(6, 6), { at: BIN, cut: [48, -12, 6, 6] });
  t.deepEqual(found(7, 0), { at: -1, cut: [0, 0, 0, 0] });
  t.deepEqual(found(1, 6.5), { at: -1, cut: [0, 0, 0, 0] });
  t.deepEqual(found(1, 0, 48), { at: -1, cut: [48, 0, 0, 0] });
});
