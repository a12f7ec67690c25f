/** Doubles as exact fractions and e ** x to hundreds of digits, by BigInt: slow, plain, and no code of lib/util/math. */

/** Bits after the point. */
export const BITS = 1400n;
const ONE = 1n << BITS;

const double = new Float64Array(1);
const word = new BigInt64Array(double.buffer);

/** The double that is so many steps further from 0; steps back are negative. */
export function stepped(x: number, steps: number): number {
  double[0] = x;
  word[0] += BigInt(steps);
  return double[0];
}

/** A double as a fraction of 2 ** BITS: exact. */
export function fixed(x: number): bigint {
  double[0] = x;
  const exponent = (word[0] >> 52n) & 0x7ffn;
  const fraction = word[0] & ((1n << 52n) - 1n);
  const whole = exponent === 0n ? fraction : fraction | (1n << 52n);
  const shift = BITS - 1074n + (exponent === 0n ? 0n : exponent - 1n);
  return (x < 0 ? -whole : whole) << shift;
}

/** e ** x, both as fractions of 2 ** BITS: Taylor's series of x / 2 ** 24, squared 24 times. */
export function power(x: bigint): bigint {
  const halvings = 24n;
  const small = (x < 0n ? -x : x) >> halvings;
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; term > 0n; k++) {
    term = ((term * small) >> BITS) / k;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) >> BITS;
  return x < 0n ? (ONE * ONE) / sum : sum;
}

/** log(2): the sum of 1 / (k * 2 ** k). */
export const LN2 = (() => {
  let sum = 0n;
  for (let k = 1n; k <= BITS; k++) sum += (ONE >> k) / k;
  return sum;
})();

/** How far a double is from an exact number, in units of its last place. */
export function ulps(x: number, exact: bigint): number {
  const unit = fixed(stepped(Math.abs(x), 1)) - fixed(Math.abs(x));
  const off = fixed(x) - exact;
  return Number(((off < 0n ? -off : off) * 1_000_000n) / unit) / 1_000_000;
}

/** What lies half way to the doubles on either side, the lower one first. */
export function halfWays(x: number): readonly [bigint, bigint] {
  const [away, towards] = [stepped(x, 1), stepped(x, -1)].map((next) => (fixed(x) + fixed(next)) / 2n);
  return x < 0 ? [away, towards] : [towards, away];
}
