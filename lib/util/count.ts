const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A whole number as every text has it: `12345` -> `12,345`, and from 1e21 on with an exponent. */
export function count(value: number): string {
  return value < 1e21 ? whole.format(value) : grouped(value);
}

/**
 * A number to at most `digits` significant digits, without trailing zeros: `-1234.5` -> `−1,234.5`. It has an exponent
 * where JavaScript writes one: from 1e21 on, and below 1e-6.
 *
 * @param digits 1 to 21
 */
export function grouped(value: number, digits = 6): string {
  const format = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: digits });
  const plain = String(Number(value.toPrecision(digits)));
  return (plain.includes('e') ? plain : format.format(value)).replace(/^-/, '−');
}

/** Three digits, or more where there are thousands. */
export function shortNumber(value: number): string {
  return grouped(value, Math.abs(value) >= 1_000 ? 6 : 3);
}

/** The least number of two digits that isn't below this one, which is at least 0. */
export function upTwoDigits(value: number): number {
  const near = Number(value.toPrecision(2));
  if (near >= value) return near;
  const [digits, power] = value.toExponential(1).split('e');
  return Number(`${(Number(digits) + 0.1).toFixed(1)}e${power}`);
}

/** A share that a person chose, as they would write it: `0.01` -> `1 %`. @param digits 1 to 21 */
export function asPercent(share: number, digits = 6): string {
  return `${Number((share * 100).toPrecision(digits))} %`;
}
