import test from 'ava';
import fc from 'fast-check';
import { jsonText } from '../../../../lib/data/columns/index.js';
import { TableError } from '../../../../lib/errors.js';
import { atLength } from '../../../support/atLength.js';

test('a number as JSON is the same number, or a text that says it', (t) => {
  const number = fc.oneof(fc.double(), fc.bigInt(), fc.constantFrom(-0, Infinity, -Infinity, Number.NaN));
  fc.assert(
    fc.property(fc.array(number), (values) => {
      const read: unknown[] = JSON.parse(jsonText({ values }, 'a')).values;
      values.forEach((value, i) => {
        const back = read[i];
        if (Number.isNaN(value)) t.is(back, null);
        else if (typeof value === 'bigint') t.is(BigInt(String(back)), value);
        else t.is(Number(back), value);
      });
    }),
    { numRuns: atLength(500, 20_000) },
  );
});

test('other values are what JSON has of them; bytes, and a Date that is none, are refused', (t) => {
  const value = { t: 'a"', n: null, o: { at: new Date(0), skip: undefined }, l: Float32Array.of(0.5, -0) };
  t.is(jsonText(value, 'a'), '{"t":"a\\"","n":null,"o":{"at":"1970-01-01T00:00:00.000Z"},"l":[0.5,-0]}');
  for (const bad of [new Uint8Array(1), [new ArrayBuffer(1)], { at: new Date(Number.NaN) }])
    t.throws(() => jsonText(bad, 'a'), { instanceOf: TableError, message: /column 'a'/ });
});
