import test from 'ava';
import fc from 'fast-check';
import { log, log1p } from '../../../../lib/util/math/index.js';
import { BITS, fixed, halfWays, power, stepped } from '../../../support/exact.js';

/** Whether no double is nearer to log(x), for an exact x: e to the numbers half way to its neighbours lies on either side. */
function isRounded(result: number, x: bigint): boolean {
  const [low, high] = halfWays(result);
  return power(low) <= x && x <= power(high);
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true, minExcluded: true });

test('log: values by hand', (t) => {
  t.deepEqual([1, 2, 10, Math.E, 0.5].map(log), [0, Math.LN2, Math.LN10, 1, -Math.LN2]);
  t.deepEqual([0, -0, -1, Infinity, -Infinity, Number.NaN].map(log), [
    -Infinity,
    -Infinity,
    Number.NaN,
    Infinity,
    Number.NaN,
    Number.NaN,
  ]);
  t.deepEqual([5e-324, Number.MAX_VALUE].map(log), [-744.4400719213812, 709.782712893384]);
});

test('log1p: values by hand', (t) => {
  t.deepEqual([0, -0, 1, -1, 1e-300, -5e-324].map(log1p), [0, -0, Math.LN2, -Infinity, 1e-300, -5e-324]);
  t.deepEqual([-1.5, Infinity, -Infinity, Number.NaN].map(log1p), [
    Number.NaN,
    Infinity,
    Number.NaN,
    Number.NaN,
  ]);
  t.deepEqual([2 ** -53, -(2 ** -53), 2 ** -52].map(log1p), [2 ** -53, -(2 ** -53), stepped(2 ** -52, -1)]);
  t.is(log1p(Number.MAX_VALUE), 709.782712893384);
});

for (const [name, min, max] of [
  ['anywhere', 0, Number.MAX_VALUE],
  ['of small numbers', 0, 100],
  ['near 1', 0.999, 1.001],
  ['of subnormal numbers', 0, 2 ** -1022],
] as const) {
  test(`log: correctly rounded ${name}`, (t) => {
    const law = fc.property(between(min, max), (x) => x === 1 || isRounded(log(x), fixed(x)));
    fc.assert(law, { numRuns: 100 });
    t.pass();
  });
}

for (const [name, min, max] of [
  ['anywhere', -1, 1e300],
  ['near 0', -0.01, 0.01],
  ['beside 0', -1e-9, 1e-9],
] as const) {
  test(`log1p: correctly rounded ${name}`, (t) => {
    const law = fc.property(
      between(min, max),
      (x) => Math.abs(x) < 2 ** -60 || isRounded(log1p(x), (1n << BITS) + fixed(x)),
    );
    fc.assert(law, { numRuns: 100 });
    t.pass();
  });
}

test('neither falls as x rises', (t) => {
  const rises = (f: (x: number) => number, x: number) =>
    f(x < 0 ? stepped(x, -1) : stepped(Math.abs(x), 1)) >= f(x);
  fc.assert(
    fc.property(between(0, 1e9), (x) => rises(log, x)),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(between(-1, 1e9), (x) => rises(log1p, x)),
    { numRuns: 2_000 },
  );
  t.pass();
});
