import test from 'ava';
import fc from 'fast-check';
import { log2, pow } from '../../../../lib/util/math/index.js';
import { BITS, fixed, LN2, power, stepped, ulps } from '../../../support/exact.js';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true, minExcluded: true });

test('pow: values by hand', (t) => {
  t.deepEqual(
    [pow(2, 10), pow(10, -3), pow(2, 0.5), pow(5, 0), pow(1, 1e9), pow(0, 0), pow(0.5, 1074)],
    [1024, 0.001, Math.SQRT2, 1, 1, 1, 5e-324],
  );
  t.deepEqual([pow(0, 2), pow(0, -2), pow(Infinity, 2), pow(Infinity, -2)], [0, Infinity, Infinity, 0]);
  t.deepEqual(
    [pow(10, 309), pow(10, -330), pow(0.5, Infinity), pow(2, Infinity)],
    [Infinity, 0, 0, Infinity],
  );
  t.deepEqual([pow(-1, 2), pow(Number.NaN, 1), pow(2, Number.NaN)], [Number.NaN, Number.NaN, Number.NaN]);
});

test('pow: within .51 units in the last place of whole powers, which are exact fractions', (t) => {
  const law = fc.property(between(0.2, 20), fc.integer({ min: -400, max: 230 }), (x, n) => {
    const result = pow(x, n);
    if (result < 2 ** -1000 || result > 2 ** 1000) return true;
    let exact = fixed(x);
    const [steps, one] = [Math.abs(n), 1n << BITS];
    if (n === 0) return result === 1;
    for (let i = 1; i < steps; i++) exact = (exact * fixed(x)) >> BITS;
    return ulps(result, n > 0 ? exact : (one * one) / exact) < 0.51;
  });
  fc.assert(law, { numRuns: 100 });
  t.pass();
});

test('pow: of two exact, also where results are subnormal', (t) => {
  for (let exponent = -1074; exponent < 1024; exponent++) t.is(pow(2, exponent), 2 ** exponent);
});

test('log2: exact of powers of two, otherwise within .51 units in the last place', (t) => {
  for (let exponent = -1074; exponent < 1024; exponent++) t.is(log2(2 ** exponent), exponent);
  t.deepEqual([0, -1, Infinity, Number.NaN].map(log2), [-Infinity, Number.NaN, Infinity, Number.NaN]);
  const law = fc.property(between(0, 1e9), (x) => {
    const result = log2(x);
    if (x === 1) return result === 0;
    const unit = fixed(stepped(Math.abs(result), 1)) - fixed(Math.abs(result));
    const to = (twoPower: bigint) => power((twoPower * LN2) >> BITS);
    const off = (unit * 51n) / 100n;
    return to(fixed(result) - off) <= fixed(x) && fixed(x) <= to(fixed(result) + off);
  });
  fc.assert(law, { numRuns: 100 });
  t.pass();
});
