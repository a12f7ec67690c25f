import test from 'ava';
import { fromHalfBits, halfBits } from '../../../lib/util/half.js';

test('bits of half precision, by hand', (t) => {
  const cases = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519.99, 0x7bff],
    [65_520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -24, 0x0002],
    [2.5 * 2 ** -24, 0x0002],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00],
    // Rounded once: by way of single precision it would tie, and go down.
    [1 + 2 ** -11 + 2 ** -40, 0x3c01],
    [2 ** -25 + 2 ** -60, 0x0001],
    [2047.9 * 2 ** -25, 0x0400],
    [Number.MIN_VALUE, 0x0000],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [Number.NaN, 0x7e00],
  ];
  for (const [number, bits] of cases) t.is(halfBits(number), bits, String(number));
});

test('every number of half precision survives both ways, and is the nearest to what lies around it', (t) => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const number = fromHalfBits(bits);
    if (halfBits(number) !== bits || halfBits(-number) !== (bits | 0x8000)) t.fail(`bits ${bits}`);
    const above = fromHalfBits(bits + 1);
    if (!Number.isFinite(above)) continue;
    const quarter = number + (above - number) / 4;
    if (halfBits(quarter) !== bits || halfBits(above - (above - number) / 4) !== bits + 1)
      t.fail(`by ${bits}`);
  }
  t.true(Number.isNaN(fromHalfBits(0x7e01)));
  t.is(fromHalfBits(0xfc00), Number.NEGATIVE_INFINITY);
});
