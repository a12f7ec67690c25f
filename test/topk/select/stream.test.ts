import test from 'ava';
import fc from 'fast-check';
import { DataError, OptionError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';
import { TopK } from '../../../topk/select/index.js';
import { anyScores, sorted } from './plain.js';

test('keeps the same in whatever order, one by one or in batches', (t) => {
  fc.assert(
    fc.property(
      anyScores(120),
      fc.integer({ min: 1, max: 130 }),
      fc.integer(),
      fc.nat({ max: 120 }),
      (scores, k, seed, cut) => {
        const wanted = sorted(scores).slice(0, k);
        const order = Int32Array.from(scores.keys());
        random(seed).shuffle(order);

        const shuffled = new TopK(k);
        for (const i of order) shuffled.push(scores[i], i);
        t.deepEqual(shuffled.best().indices, wanted);
        t.deepEqual(
          shuffled.best().scores,
          Float64Array.from(wanted, (i) => scores[i]),
        );

        const batches = new TopK(k);
        batches.pushAll(scores.subarray(cut), Math.min(cut, scores.length));
        batches.best(); // looking must not disturb what comes
        batches.pushAll(scores.subarray(0, cut), 0);
        t.deepEqual(batches.best().indices, wanted);
      },
    ),
  );
});

test('a large k has room for what comes, not for k', (t) => {
  const best = new TopK(2 ** 40);
  for (let i = 0; i < 5_000; i++) best.push(i % 17, i);
  const { indices } = best.best();
  t.is(indices.length, 5_000);
  t.deepEqual(indices.slice(0, 3), Int32Array.of(16, 33, 50));
});

test('NaN is refused also when it could not get in; what was there stays', (t) => {
  const best = new TopK(1);
  best.pushAll(Float64Array.of(1, 2, 3), 0);
  t.throws(() => best.push(Number.NaN, 7), { instanceOf: DataError, message: /index 7 is NaN/ });
  t.throws(() => best.pushAll(Float64Array.of(4, Number.NaN, 5), 10), { message: /index 11 is NaN/ });
  t.deepEqual(best.best(), { scores: Float64Array.of(4), indices: Int32Array.of(10) });
});

test('refuses indices that no array holds, and a k that is none', (t) => {
  const best = new TopK(1);
  for (const index of [-1, 2 ** 31]) {
    t.throws(() => best.push(0, index), { instanceOf: DataError, message: /can't rank index/ });
  }
  t.throws(() => new TopK(0), { instanceOf: OptionError });
});
