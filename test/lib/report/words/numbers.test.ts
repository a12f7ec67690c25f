import test from 'ava';
import fc from 'fast-check';
import { terminalSummary } from '../../../../lib/report/index.js';
import {
  clean,
  cost,
  costName,
  exitThreshold,
  gain,
  percent,
  points,
  times,
} from '../../../../lib/report/words/numbers.js';
import { sample } from '../sample.js';

test('microseconds move to the scale that reads best', (t) => {
  t.is(cost(430, 'µs'), '430 µs');
  t.is(cost(0.9, 'µs'), '0.900 µs');
  t.is(cost(0.0421, 'µs'), '42.1 ns');
  t.is(cost(4400, 'µs'), '4.40 ms');
  t.is(cost(2_340_000, 'µs'), '2.34 s');
  t.is(cost(0, 'µs'), '0 µs');
});

test('a cost that rounds up to the next scale is printed in it', (t) => {
  t.is(cost(999.4, 'µs'), '999 µs');
  t.is(cost(999.6, 'µs'), '1.00 ms');
  t.is(cost(999_600, 'µs'), '1.00 s');
});

test('both signs for micro are read, and other units are left alone', (t) => {
  t.is(cost(5, '\u03bcs'), '5.00 µs');
  t.is(cost(5, 'us'), '5.00 µs');
  t.is(cost(0.00123, 'USD'), '0.0012 USD');
  t.is(cost(12_345, 'USD'), '12,345 USD');
});

test('percentages keep the digits that matter near both ends', (t) => {
  t.is(percent(0.24), '24.0 %');
  t.is(percent(0.011), '1.1 %');
  t.is(percent(0.00938, 2), '0.94 %');
  t.is(percent(0.0003), '0.030 %');
  t.is(percent(0.99996), '99.9960 %');
  t.is(percent(0), '0 %');
  t.is(percent(1), '100 %');
  t.is(percent(-0.1), '−10.0 %');
});

test('only nothing reads as nothing, and only all as all', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const read = Number(percent(share).replace(' %', ''));
      t.is(read === 0, share === 0);
      t.is(read === 100, share === 1);
      t.true(Math.abs(read - share * 100) <= 0.0500001);
    }),
  );
});

test('points, scores and ratios', (t) => {
  t.is(points(0.0123), '1.23');
  t.is(points(-0.0028), '−0.28');
  t.is(points(0.00004), '0.0040');
  t.is(points(0), '0');
  t.is(exitThreshold(0.9134), '0.913');
  t.is(exitThreshold(0.99987), '0.99987');
  t.is(times(31.3), '31.3×');
  t.is(times(1234.5), '1,235×');
});

test('what isn’t a number is a dash, never NaN', (t) => {
  for (const text of [cost(NaN, 'µs'), percent(NaN), points(NaN), exitThreshold(NaN), times(Infinity)]) {
    t.is(text, '–');
  }
});

test('control characters and bidirectional overrides are made visible', (t) => {
  t.is(clean('a\u001b[31mb'), 'a\\u001b[31mb');
  t.is(clean('a\nb\tc'), 'a b c');
  t.is(clean('a\u202eb'), 'a\\u202eb');
  t.is(clean('naïve 漢字'), 'naïve 漢字');
});

test('a price is no time, and a saving no speed', (t) => {
  t.is(costName('price'), 'price');
  t.is(costName('µs'), 'cost');
  t.is(gain(3.1, 'price'), '3.10× cheaper');
  t.is(gain(3.1, 'µs'), '3.10×');
  const text = terminalSummary({ ...sample, unit: 'price' });
  t.regex(text, /price 15\.4 a row expected, 481 for the full model: 31\.3× cheaper/);
  t.regex(text, /price a row/);
  t.notRegex(text.replace(/Measured[\s\S]*/, ''), /µs|money|cost a row/);
});
