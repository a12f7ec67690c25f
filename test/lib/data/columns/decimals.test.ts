import test from 'ava';
import fc from 'fast-check';
import { decimalOf } from '../../../../lib/data/columns/index.js';
import { atLength } from '../../../support/atLength.js';

/** A text of a decimal number as a whole number and its power of ten. */
function fraction(text: string): { whole: bigint; power: number } {
  const [, mantissa = '', power = '0'] = /^(.*?)(?:e(.*))?$/.exec(text) ?? [];
  const [whole, part = ''] = mantissa.split('.');
  return { whole: BigInt(whole + part), power: Number(power) - part.length };
}

function areEqual(a: string, b: string): boolean {
  const [x, y] = [fraction(a), fraction(b)];
  const least = Math.min(x.power, y.power);
  return x.whole * 10n ** BigInt(x.power - least) === y.whole * 10n ** BigInt(y.power - least);
}

test('a decimal is handed on exactly, and as a number wherever one has its digits', (t) => {
  const whole = fc.oneof(
    fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
    fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
  );
  fc.assert(
    fc.property(
      whole,
      fc.integer({ min: -3, max: 40 }),
      fc.integer({ min: 0, max: 20 }),
      (whole, scale, zeros) => {
        const padded = whole * 10n ** BigInt(zeros);
        const { value, exact } = decimalOf(padded, scale);
        t.true(areEqual(String(exact), `${padded}e${-scale}`), `${exact}`);
        if (typeof exact === 'string') t.false(areEqual(String(value), exact));
        if (typeof value === 'number') t.is(value, Number(`${padded}e${-scale}`));
        else t.false(Number.isSafeInteger(Number(value)));
      },
    ),
    { numRuns: atLength(500, 20_000) },
  );
});
