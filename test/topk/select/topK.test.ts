import test from 'ava';
import fc from 'fast-check';
import { DataError, OptionError } from '../../../lib/errors.js';
import { topK } from '../../../topk/select/index.js';
import { anyScores, sorted } from './plain.js';

test('by hand: best first, equal ones by index', (t) => {
  t.deepEqual(topK(Float64Array.of(0.2, 0.9, 0.5, 0.9), 3), Int32Array.of(1, 3, 2));
  t.deepEqual(topK(Float64Array.of(0, -0, 0, -1), 3), Int32Array.of(0, 1, 2));
  const infinite = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0);
  t.deepEqual(topK(infinite, 3), Int32Array.of(1, 2, 0));
  t.deepEqual(topK(new Float64Array(5).fill(Number.NEGATIVE_INFINITY), 2), Int32Array.of(0, 1));
});

test('is the front of a plain sort, for any scores and any k', (t) => {
  fc.assert(
    fc.property(anyScores(200), fc.integer({ min: 1, max: 220 }), (scores, k) => {
      t.deepEqual(topK(scores, k), sorted(scores).slice(0, k));
    }),
  );
});

test('orders that give a quickselect trouble: rising, falling, organ pipes, all alike', (t) => {
  const n = 20_000;
  const orders: ((i: number) => number)[] = [(i) => i, (i) => -i, (i) => Math.min(i, n - i), () => 7];
  for (const order of orders) {
    const scores = Float64Array.from({ length: n }, (_, i) => order(i));
    for (const k of [1, 100, 9_999, n]) t.deepEqual(topK(scores, k), sorted(scores).slice(0, k));
  }
});

test('fewer scores than k are all returned, none gives none', (t) => {
  t.deepEqual(topK(Float64Array.of(1, 2), Number.MAX_SAFE_INTEGER), Int32Array.of(1, 0));
  t.deepEqual(topK(new Float64Array(0), 3), new Int32Array(0));
});

test('refuses NaN wherever it is, naming its index, and a k that is none', (t) => {
  fc.assert(
    fc.property(anyScores(60), fc.nat(), fc.integer({ min: 1, max: 70 }), (scores, at, k) => {
      fc.pre(scores.length > 0);
      const index = at % scores.length;
      const spoilt = scores.with(index, Number.NaN);
      const error = t.throws(() => topK(spoilt, k), { instanceOf: DataError });
      t.regex(error.message, new RegExp(`index ${index} is NaN`));
    }),
  );
  for (const k of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => topK(Float64Array.of(1), k), { instanceOf: OptionError, message: /'k'/ });
  }
});
