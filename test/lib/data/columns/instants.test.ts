import { makeData, Table, TimestampMicrosecond, TimestampNanosecond, Vector } from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { exactValue, jsonText, tableRows } from '../../../../lib/data/columns/index.js';
import { atLength } from '../../../support/atLength.js';

/** A time of ISO 8601 in units of so many digits after the second. */
function unitsOf(text: string, digits: number): bigint {
  const [, second, part = ''] = /^(.*)\.(\d+)Z$/.exec(text) ?? [];
  return BigInt(Date.parse(`${second}Z`) / 1_000) * 10n ** BigInt(digits) + BigInt(part.padEnd(digits, '0'));
}

test('times are handed on with all digits, and read as the millisecond before them', (t) => {
  const units = [
    { type: new TimestampMicrosecond(), digits: 6 },
    { type: new TimestampNanosecond(), digits: 9 },
  ];
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(...units),
      fc.constantFrom(1n, 1_000n, 1_000_000n),
      (values, { type, digits }, by) => {
        const far = 8_640_000_000_000n * 10n ** BigInt(digits);
        const given = values.map((value) => ((value / by) * by) % far);
        const at = new Vector([makeData({ type, data: BigInt64Array.from(given) })]);
        const rows = tableRows<{ at: Date }>(new Table({ at }));
        const perMillisecond = 10 ** (digits - 3);
        rows.forEach((row, i) => {
          const exact = exactValue(row, 'at');
          t.is(unitsOf(JSON.parse(jsonText(exact, 'at')), digits), given[i]);
          t.is(JSON.stringify(row), `{"at":${jsonText(exact, 'at')}}`);
          t.is(row.at.constructor, Date);
          const left = given[i] - BigInt(row.at.getTime()) * BigInt(perMillisecond);
          t.true(left >= 0n && left < perMillisecond);
        });
      },
    ),
    { numRuns: atLength(200, 5_000) },
  );
});
