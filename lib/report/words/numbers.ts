import { count } from '../../util/count.js';

const microseconds = { name: 'µs', micros: 1, from: 0.1 };
const nanoseconds = { name: 'ns', micros: 1e-3, from: 0 };
// 999.6 µs rounds to 1,000: that is 1.00 ms.
const scales = [
  { name: 's', micros: 1e6, from: 999_500 },
  { name: 'ms', micros: 1e3, from: 999.5 },
  microseconds,
];

/**
 * A cost in `unit`. Microseconds move to the scale that reads best (`0.43 ms` is `430 µs`); a price is a number
 * alone, since only who declared it knows its currency; any other unit is printed beside the number.
 */
export function cost(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === 'price') return significant(value);
  if (!/^[µμu]s$/u.test(unit)) return `${significant(value)} ${clean(unit)}`;
  const size = Math.abs(value);
  const scale = scales.find(({ from }) => size >= from) ?? (size > 0 ? nanoseconds : microseconds);
  return `${significant(value / scale.micros)} ${scale.name}`;
}

/**
 * A share as a percentage with `digits` decimals. They grow near both ends: only exactly 0 and
 * exactly 1 are printed as `0 %` and `100 %`, since a reader of a certificate looks for that
 * difference.
 */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${signed(towards(share, 100, digits))} %` : '–';
}

/** A difference of shares in points: `0.0123` -> `1.23`. */
export function points(difference: number): string {
  if (!Number.isFinite(difference)) return '–';
  const size = Math.abs(difference) * 100;
  return size === 0 ? '0' : signed((difference * 100).toFixed(size < 0.01 ? 4 : size < 0.1 ? 3 : 2));
}

/** The exit score of a class, with the digits that tell it from 1. */
export function exitThreshold(threshold: number): string {
  return Number.isFinite(threshold) ? signed(towards(threshold, 1, 3)) : '–';
}

/** A quantity in units that only its owner knows. */
export function amount(value: number): string {
  return Number.isFinite(value) ? significant(value) : '–';
}

/** `38.04` -> `38.0×`. */
export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${significant(ratio)}×` : '–';
}

/** A name fit for a line of text: what could move a cursor, break a line or turn the text round is made visible. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return c === '\n' || c === '\t' ? ' ' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Three digits that matter, none dropped before the decimal point. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 999.5) return signed(count(value));
  if (size < 1e-6) return signed(value.toExponential(1));
  return signed(value.toPrecision(size < 0.01 ? 2 : 3));
}

/** `share * whole` with enough decimals to differ from 0 and from the whole. */
function towards(share: number, whole: number, digits: number): string {
  if (share === 0 || share === 1) return String(share * whole);
  if (Math.abs(share) < 1e-6) return (share * whole).toExponential(1);
  const gap = Math.min(Math.abs(share), Math.abs(1 - share)) * whole;
  return (share * whole).toFixed(Math.max(digits, Math.ceil(-Math.log10(gap)) + 1));
}

function signed(digits: string): string {
  return digits.replace(/^-/, '−');
}

/** The name of a cost: prices are no time. */
export function costName(unit: string): 'cost' | 'price' {
  return unit === 'price' ? 'price' : 'cost';
}

export function costHead(unit: string): string {
  return unit === 'price' ? 'Price a row' : 'Cost a row';
}

/** How many times cheaper, by the unit: `3.10×`, or for prices `3.10× cheaper`. */
export function gain(ratio: number, unit: string): string {
  return unit === 'price' ? `${times(ratio)} cheaper` : times(ratio);
}

/** Where the gain of new rows is, by the unit: `in nine of ten cases 2.60× to 3.70× on as many new rows`. */
export function rangeWords(
  { least, most }: { readonly least: number; readonly most: number },
  unit: string,
): string {
  return `in nine of ten cases ${times(least)} to ${gain(most, unit)} on as many new rows`;
}

/** The cost of each stage per row of the whole batch, as a share of all stages' cost. */
export function costShares(stages: readonly { readonly reach: number; readonly cost: number }[]): number[] {
  const costs = stages.map(({ reach, cost }) => reach * cost);
  const sum = costs.reduce((a, b) => a + b, 0);
  return costs.map((c) => (sum > 0 ? c / sum : 0));
}
