import test from 'ava';
import fc from 'fast-check';
import { limitOf, thresholdAt } from '../../../detect/model/index.js';

test('a threshold passes its sum, and the next one in single precision does not', (t) => {
  const sum = fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constantFrom(0, 1e-5, -1e-5, 1, -1));
  fc.assert(
    fc.property(sum, (at) => {
      const threshold = thresholdAt(at);
      t.is(Math.fround(threshold), threshold);
      t.true(limitOf(threshold) <= at);
      const step = 2 ** Math.ceil(Math.log2(Math.abs(threshold) + 2 ** -149)) * 2 ** -23;
      t.true(limitOf(threshold + 2 * step) > at);
    }),
  );
});
