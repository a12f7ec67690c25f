const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A whole number as every text has it: `12345` -> `12,345`. */
export function count(value: number): string {
  return whole.format(value);
}

/**
 * A number to at most `digits` significant digits, without trailing zeros: `-1234.5` -> `−1,234.5`.
 *
 * @param digits 1 to 21
 */
export function grouped(value: number, digits = 6): string {
  const format = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: digits });
  return format.format(value).replace(/^-/, '−');
}
