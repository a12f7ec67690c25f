import test from 'ava';
import fc from 'fast-check';
import { type ElementType, fromElements, toElements } from '../../../../lib/models/full/elements.js';

const refuse = (at: number): never => {
  throw new RangeError(`at ${at}`);
};

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
