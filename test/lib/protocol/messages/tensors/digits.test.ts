import test from 'ava';
import fc from 'fast-check';
import { exactWhole, TensorDigits } from '../../../../../lib/protocol/messages/tensors/digits.js';

test('whole numbers by hand', (t) => {
  const cases: [string, bigint | undefined][] = [
    ['0', 0n],
    ['-0', 0n],
    ['0.0e7', 0n],
    ['9007199254740993', 9007199254740993n],
    ['-12', -12n],
    ['1.50e1', 15n],
    ['1200e-2', 12n],
    ['1e18', 10n ** 18n],
    ['99999999999999999999', 99999999999999999999n],
    ['1e20', undefined],
    ['1e999999999', undefined],
    ['1.5', undefined],
    ['15e-1', undefined],
    ['null', undefined],
    ['', undefined],
  ];
  for (const [text, whole] of cases) t.is(exactWhole(text), whole, text);
  const zeros = '0'.repeat(1_000_000);
  // Steps grow with the length, not with its square: these would take minutes.
  t.is(exactWhole(`1${zeros}1`), undefined);
  t.is(exactWhole(`0.${zeros}1${zeros}1e1000001`), undefined);
  t.is(exactWhole(`1.${zeros}`), 1n);
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      (whole) => exactWhole(String(whole)) === whole,
    ),
  );
});

test('the numbers of each tensor’s data, wherever they are', (t) => {
  const json = fc.object({ maxDepth: 2 });
  const tensors = fc.array(
    fc.record({ more: json, data: fc.array(fc.array(fc.integer())) }, { requiredKeys: ['data'] }),
  );
  fc.assert(
    fc.property(tensors, json, fc.nat(4), (inputs, rest, indent) => {
      const digits = new TensorDigits(JSON.stringify({ ...rest, inputs, '"': ']' }, null, indent), 'inputs');
      inputs.forEach(({ data }, i) => {
        t.deepEqual(digits.of(i), data.flat().map(String));
      });
    }),
  );
});
