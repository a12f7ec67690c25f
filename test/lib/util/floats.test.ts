import test from 'ava';
import fc from 'fast-check';
import { atMost, below } from '../../../lib/util/floats.js';

const LEAST = 2 ** -149;
const MOST = (2 - 2 ** -23) * 2 ** 127;
const special = [0, -0, LEAST, -LEAST, 2 ** -126, 1, -1, MOST, -MOST, 1e300, -1e300, 0.1, -0.1, 1e-60];
const numbers = fc.oneof(
  fc.constantFrom(...special, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
  fc.float(),
  fc.double(),
);
const blockNumbers = fc.oneof(fc.constantFrom(...special).map(Math.fround), fc.float());

test('the largest Float32 below a number', (t) => {
  t.is(below(1), 1 - 2 ** -24);
  t.is(below(-1), -1 - 2 ** -23);
  t.is(below(0), -LEAST);
  t.is(below(-0), -LEAST);
  t.is(below(LEAST), 0);
  t.is(below(-MOST), Number.NEGATIVE_INFINITY);
  t.is(below(Number.POSITIVE_INFINITY), MOST);
  // 0.1 lies below the Float32 next to it.
  t.is(below(0.1), Math.fround(0.1) - 2 ** -27);
  t.is(below(Number.NEGATIVE_INFINITY), Number.NaN);
  t.is(below(Number.NaN), Number.NaN);
});

test('the largest Float32 up to a number', (t) => {
  t.is(atMost(1), 1);
  t.is(atMost(0.1), Math.fround(0.1) - 2 ** -27);
  t.is(atMost(-0.1), Math.fround(-0.1));
  t.is(atMost(1e300), MOST);
  t.is(atMost(1e-60), 0);
  t.is(atMost(-1e-60), -LEAST);
  t.is(atMost(Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY);
});

test('comparing with them is comparing with the number, for all Float32', (t) => {
  const near = fc
    .tuple(numbers, blockNumbers)
    .chain(([number, other]) =>
      fc.tuple(
        fc.constant(number),
        fc.constantFrom(other, Math.fround(number), below(number), atMost(number)),
      ),
    );
  fc.assert(
    fc.property(near, ([number, x]) => {
      t.is(x <= below(number), x < number);
      t.is(x <= atMost(number), x <= number);
    }),
    { numRuns: 2_000 },
  );
});
