import test from 'ava';
import fc from 'fast-check';
import {
  BINS,
  FOUR,
  fastHistograms,
  type Histograms,
  plainHistograms,
} from '../../../detect/histograms/index.js';
import { random } from '../../../lib/stats/index.js';

function fill(histograms: Histograms, seed: number): void {
  const stream = random(seed);
  const { bins, weights, order } = histograms;
  for (let i = 0; i < bins.length; i++) bins[i] = stream.integer(BINS);
  for (let i = 0; i < weights.length; i++) weights[i] = stream.normal();
  order.forEach((_, i) => {
    order[i] = i;
  });
  stream.shuffle(order);
}

test('by hand: weights of a bin are added, those of others are not', (t) => {
  for (const { bins, weights, order, sums, add } of [plainHistograms(1, 3), fastHistograms(1, 3)!]) {
    bins.set([7, 255, 7]);
    weights.set([0.5, 2, 0.25]);
    order.set([0, 1, 2]);
    add(0, 0, 3, 1);
    const filled = [...sums.subarray(FOUR * BINS, FOUR * BINS + BINS).entries()].filter(([, sum]) => sum > 0);
    t.deepEqual(filled, [
      [7, 0.75],
      [255, 2],
    ]);
    add(0, 1, 1, 1);
    t.true(sums.every((sum, i) => sum === 0 || i >= FOUR * BINS + BINS));
  }
});

test('WebAssembly gives the bits of plain code, for every part of the rows', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (features, rows, a, b, seed) => {
        const [begin, end] = [a % (rows + 1), b % (rows + 1)].sort((x, y) => x - y);
        const plain = plainHistograms(features, rows);
        const fast = fastHistograms(features, rows)!;
        for (const histograms of [plain, fast]) {
          fill(histograms, seed);
          for (let feature = 0; feature < features; feature += FOUR) {
            histograms.add(feature, begin, end, feature % (2 * FOUR) === 0 ? 0 : 1);
          }
        }
        t.deepEqual(fast.sums, plain.sums);
      },
    ),
    { numRuns: 30 },
  );
});

test('there is none for more bytes than addresses have', (t) => {
  t.is(fastHistograms(2 ** 20, 2 ** 13), undefined);
});
