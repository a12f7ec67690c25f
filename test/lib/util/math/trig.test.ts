import test from 'ava';
import fc from 'fast-check';
import { atan, cos, sin } from '../../../../lib/util/math/index.js';
import { near } from '../../../support/near.js';

test('values by hand, and those of numpy', (t) => {
  for (const [x, sine, cosine, arc] of [
    [0, 0, 1, 0],
    [1, 0.8414709848078965, 0.5403023058681398, Math.PI / 4],
    [-2.5, -0.5984721441039564, -0.8011436155469337, -1.1902899496825317],
    [1e-200, 1e-200, 1, 1e-200],
    [1e22, -0.8522008497671888, 0.5232147853951389, Math.PI / 2],
    // The double that is nearest to a multiple of pi / 2.
    [5.319372648326541e255, 1, -4.687165924254628e-19, Math.PI / 2],
    [2 ** 20, Math.sin(2 ** 20), Math.cos(2 ** 20), Math.PI / 2 - 2 ** -20],
  ] as const) {
    near(t, sin(x), sine, 1e-15);
    near(t, cos(x), cosine, 1e-15);
    near(t, atan(x), arc, 1e-15);
  }
  const none = [Number.POSITIVE_INFINITY, Number.NaN];
  t.deepEqual([...none.map(sin), ...none.map(cos), atan(none[1])], Array(5).fill(Number.NaN));
  t.is(atan(Number.NEGATIVE_INFINITY), -Math.PI / 2);
});

test('as the engine has it, within two or three last places', (t) => {
  const close = (a: number, b: number) => Math.abs(a - b) <= 1e-15 * Math.abs(b);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: -1e7, max: 1e7, noNaN: true }),
      ),
      (x) => close(sin(x), Math.sin(x)) && close(cos(x), Math.cos(x)) && close(atan(x), Math.atan(x)),
    ),
    { numRuns: 1000 },
  );
  t.pass();
});
