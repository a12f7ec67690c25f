import test from 'ava';
import fc from 'fast-check';
import { exp } from '../../../../lib/util/math/index.js';
import { fixed, halfWays, power, stepped } from '../../../support/exact.js';

/** Whether no double is nearer to e ** x. */
function isRounded(x: number): boolean {
  const result = exp(x);
  if (result === 0) return power(fixed(x)) <= fixed(Number.MIN_VALUE) / 2n;
  const [low, high] = halfWays(result);
  const exact = power(fixed(x));
  return low <= exact && exact <= high;
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('values by hand', (t) => {
  t.deepEqual([0, -0, 1, -1, 10].map(exp), [1, 1, Math.E, 0.36787944117144233, 22026.465794806718]);
  t.deepEqual([Infinity, -Infinity, Number.NaN].map(exp), [Infinity, 0, Number.NaN]);
  t.deepEqual([1e-20, -1e-20, Number.MIN_VALUE].map(exp), [1, 1, 1]);
  // The largest double whose result is finite, and the next; half the least double, just above and below.
  t.deepEqual([709.782712893384, 709.7827128933841].map(exp), [1.7976931348622732e308, Infinity]);
  t.deepEqual([-745.1332191019411, -745.1332191019412, -746, -1e300].map(exp), [5e-324, 0, 0, 0]);
  t.is(exp(1e300), Infinity);
});

for (const [name, min, max] of [
  ['anywhere', -745.2, 709.79],
  ['near 0', -1, 1],
  ['beside 1', -1e-9, 1e-9],
  ['of subnormal numbers', -745.2, -708.3],
] as const) {
  test(`correctly rounded ${name}`, (t) => {
    fc.assert(fc.property(between(min, max), isRounded), { numRuns: 150 });
    t.pass();
  });
}

test('correctly rounded where two doubles do not decide', (t) => {
  // Those of 100,000 whose results are nearest to half way between two doubles, and what rounds to 1 or nearly.
  const hard = [-0.08463948180115133, -1.3209745264409123, -0.37213135134476727, -507.0144652519233];
  hard.push(-619.5764129695588, -426.8930389872306, 651.033457202071, 0.06938148909143882);
  hard.push(0.5, 2 ** -52, 2 ** -53, -(2 ** -54));
  for (const x of hard) for (const steps of [-1, 0, 1]) t.true(isRounded(stepped(x, steps)), `${x}`);
});

test('never falls as x rises', (t) => {
  fc.assert(
    fc.property(between(-745, 709), (x) => exp(stepped(x, x < 0 ? -1 : 1)) >= exp(x)),
    { numRuns: 2_000 },
  );
  t.pass();
});
