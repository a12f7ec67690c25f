/**
 * exp and log in fixed point, with far more digits than any result needs: BigInt is the same on
 * every engine. It rounds where two doubles can't decide, and makes their tables.
 */

/**
 * Bits after the point. Errors stay below 2 ** -240; no double's exp or log is that close to half way between two
 * doubles.
 */
const BITS = 256n;
const ONE = 1n << BITS;

/** A doubling has 64 coarse steps of 64 fine ones. */
export const STEPS = 64;
const STEP_BITS = 12n;

/** log((n + 1) / n) = 2 atanh(1 / (2 n + 1)). */
function logRatio(n: bigint): bigint {
  const z = 2n * n + 1n;
  let power = (2n * ONE) / z;
  let sum = 0n;
  for (let k = 1n; power > 0n; k += 2n) {
    sum += power / k;
    power /= z * z;
  }
  return sum;
}

export const LN2 = logRatio(1n);
const LN2_STEP = LN2 >> STEP_BITS;

/** e ** r of an r from 0 to 2 ** -12. */
function series(r: bigint): bigint {
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; term > 0n; k++) {
    term = ((term * r) >> BITS) / k;
    sum += term;
  }
  return sum;
}

function powers(base: bigint): readonly bigint[] {
  const all = [ONE];
  while (all.length < STEPS) all.push((all[all.length - 1] * base) >> BITS);
  return all;
}

/** 2 ** (i / 4096). */
export const FINE = powers(series(LN2_STEP));
/** 2 ** (i / 64). */
export const COARSE = powers((FINE[STEPS - 1] * FINE[1]) >> BITS);

/** -log(n / whole) for n from `first` to `last`. */
export function negatedLogs(first: number, last: number, whole: number): readonly bigint[] {
  const all = [0n];
  for (let n = whole; n < last; n++) all.push(all[all.length - 1] - logRatio(BigInt(n)));
  for (let n = whole - 1; n >= first; n--) all.unshift(all[0] + logRatio(BigInt(n)));
  return all;
}

/** A number as the nearest multiple of `2 ** -bits` and the rest. */
export function split(number: bigint, bits: bigint): readonly [number, number] {
  const shift = BITS - bits;
  const head = (number + (1n << (shift - 1n))) >> shift;
  return [toDouble(head, -bits), toDouble(number - (head << shift), -BITS)];
}

/** The double nearest to `whole` * 2 ** `exponent`, which is at least 2 ** -1022 or a double already. */
function toDouble(whole: bigint, exponent: bigint): number {
  // 2 ** exponent alone may be too small.
  const half = exponent / 2n;
  return Number(whole) * 2 ** Number(half) * 2 ** Number(exponent - half);
}

/** The parts of `whole` * 2 ** `exponent`, which is `x`. */
function parts(x: number): readonly [bigint, bigint] {
  let whole = x;
  let exponent = 0n;
  // Both ways are exact.
  for (; !Number.isInteger(whole); exponent--) whole *= 2;
  return [BigInt(whole), exponent];
}

function shifted(whole: bigint, by: bigint): bigint {
  return by >= 0n ? whole << by : whole >> -by;
}

function fixed(x: number): bigint {
  const [whole, exponent] = parts(x);
  return shifted(whole, BITS + exponent);
}

/** e ** x as a number from 1 to 2 and an exponent of 2. */
function power(x: bigint): readonly [bigint, bigint] {
  let steps = (x << STEP_BITS) / LN2;
  let rest = x - ((steps * LN2) >> STEP_BITS);
  if (rest < 0n) {
    steps--;
    rest = x - ((steps * LN2) >> STEP_BITS);
  }
  const step = Number(steps & ((1n << STEP_BITS) - 1n));
  const table = (COARSE[Math.trunc(step / STEPS)] * FINE[step % STEPS]) >> BITS;
  return [(table * series(rest)) >> BITS, steps >> STEP_BITS];
}

/** The double nearest to e ** x, for an x from -746 to 710 that is no closer to 0 than 2 ** -60. */
export function roundedExp(x: number): number {
  const [number, exponent] = power(fixed(x));
  if (exponent >= -1022n) return toDouble(number, exponent - BITS);
  // Doubles below 2 ** -1022 are multiples of 2 ** -1074.
  const shift = BITS - 1074n - exponent;
  return toDouble((number + (1n << (shift - 1n))) >> shift, -1074n);
}

/**
 * The double nearest to log(x + low), for an x + low that is no closer to 1 than 2 ** -60.
 *
 * @param near the logarithm to 50 bits
 */
export function roundedLog(x: number, low: number, near: number): number {
  const [number, exponent] = power(-fixed(near));
  const times = (factor: number) => {
    const [whole, by] = parts(factor);
    return shifted(whole * number, by + exponent);
  };
  // log(x) = near + log(x / e ** near), and that quotient is 1 but for 50 bits.
  const d = times(x) + times(low) - ONE;
  const square = (d * d) >> BITS;
  const fourth = (square * square) >> BITS;
  return toDouble(fixed(near) + d - square / 2n + ((square * d) >> BITS) / 3n - fourth / 4n, -BITS);
}
