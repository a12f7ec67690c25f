import test from 'ava';
import fc from 'fast-check';
import {
  type ElementType,
  fromElements,
  fromHalfBits,
  halfBits,
  toElements,
} from '../../../lib/full/elements.js';

const refuse = (at: number): never => {
  throw new RangeError(`at ${at}`);
};

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
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [Number.NaN, 0x7e00],
  ];
  for (const [number, bits] of cases) t.is(halfBits(number), bits, String(number));
});

test('every number of half precision is there and back the same, and nearest of what lies about it', (t) => {
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

const types: readonly ElementType[] = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
];

test('numbers that a type holds come back as they were', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.array(fc.nat(127)), (type, numbers) => {
      t.deepEqual(
        Array.from(fromElements(type, toElements(type, Float32Array.from(numbers), refuse))),
        numbers,
      );
    }),
  );
  const flags = toElements('bool', Float32Array.of(0, 1), refuse);
  t.deepEqual(flags, Uint8Array.of(0, 1));
});

test('numbers that a type can’t hold are refused by their place', (t) => {
  const cases: [ElementType, number][] = [
    ['int8', 128],
    ['int8', -129],
    ['uint8', -1],
    ['uint16', 65_536],
    ['int32', 2 ** 31],
    ['int64', 0.5],
    ['int64', Number.NaN],
    ['uint64', -1],
    ['bool', 2],
  ];
  for (const [type, number] of cases) {
    t.throws(() => toElements(type, Float32Array.of(0, number), refuse), { message: 'at 1' }, type);
  }
});

test('Float32 isn’t copied', (t) => {
  const numbers = Float32Array.of(0.5);
  t.is(toElements('float32', numbers, refuse), numbers);
});
