import test from 'ava';
import fc from 'fast-check';
import { KeySet } from '../../../../lib/data/rows/index.js';

test('it holds what a Set holds, in the same order', (t) => {
  const key = fc.oneof(fc.nat(20), fc.maxSafeInteger().map(Math.abs));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), fc.array(key), (keys, others) => {
      const [own, known] = [new KeySet(keys), new Set(keys)];
      t.is(own.size, known.size);
      t.deepEqual([...own.keys()], [...known]);
      for (const other of [...keys, ...others]) t.is(own.has(other), known.has(other));
    }),
  );
});

test('a key keeps the place of its first addition', (t) => {
  const keys = new KeySet([7, 2 ** 40, 0]);
  t.deepEqual(
    [7, 5, 2 ** 40, 5, 0].map((key) => keys.add(key)),
    [0, 3, 1, 3, 2],
  );
  t.is(keys.size, 4);
});
