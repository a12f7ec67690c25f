import { powerOfTwo } from './bits.js';
import { COARSE, FINE, LN2, roundedExp, STEPS, split } from './fixed.js';

/** Added and taken away again, it rounds to a whole number. */
const WHOLE = 1.5 * 2 ** 52;
/** log(2) / 4096: its head times a number of steps is exact. */
const [HEAD, TAIL] = split(LN2 / BigInt(STEPS * STEPS), 42n);
const PER_STEP = 1 / HEAD;

/** Powers of two by their steps. Heads have 26 bits, so that their products are exact. */
const table = (powers: readonly bigint[], part: 0 | 1) =>
  Float64Array.from(powers, (power) => split(power, 25n)[part]);
const [COARSE_HEADS, COARSE_TAILS] = [table(COARSE, 0), table(COARSE, 1)];
const [FINE_HEADS, FINE_TAILS] = [table(FINE, 0), table(FINE, 1)];

/** A limit on the sum of four roundings of numbers below 2 ** -12, and of all others. */
const ERROR = 1.25 * 2 ** -64;

/** Between them, results are normal numbers. */
const LEAST = -708;
const MOST = 709.78;

/**
 * e ** x, correctly rounded, so the same on every engine: the last bit of `Math.exp` is each engine's own.
 *
 * x is rounded to the nearest of 4,096 steps a doubling in two doubles (P. T. P. Tang, Table-driven
 * implementation of the exponential function, 1989). If their error could change the rounding, one
 * time in some thousands, BigInt decides (A. Ziv, Fast evaluation of elementary mathematical
 * functions with correctly rounded last bit, 1991).
 *
 * @example exp(1) // 2.718281828459045
 */
export function exp(x: number): number {
  if (!(x > LEAST && x < MOST)) return outside(x);
  const result = quickExp(x, 0, ERROR);
  return Number.isNaN(result) ? roundedExp(x) : result;
}

function outside(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 710) return Number.POSITIVE_INFINITY;
  return x < -746 ? 0 : roundedExp(x);
}

/** e ** (x + low) to 63 bits before it is rounded, where `low` is below x's last bit or some. */
export function nearlyExp(x: number, low: number): number {
  if (x > LEAST && x < MOST) return quickExp(x, low, 0);
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  const root = quickExp(x / 2, low / 2, 0);
  return root * root;
}

/** NaN where an error of `error` could change how it is rounded. */
function quickExp(x: number, low: number, error: number): number {
  const steps = x * PER_STEP + WHOLE - WHOLE;
  // Exact.
  const high = x - steps * HEAD;
  const rest = low - steps * TAIL;
  const r = high + rest;
  const curve = rest + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24)));
  const coarse = (steps >> 6) & 63;
  const fine = steps & 63;
  const head = COARSE_HEADS[coarse] * FINE_HEADS[fine];
  const tail =
    COARSE_HEADS[coarse] * FINE_TAILS[fine] + COARSE_TAILS[coarse] * (FINE_HEADS[fine] + FINE_TAILS[fine]);
  const more = tail + (head * high + ((head + tail) * curve + tail * high));
  const result = head + (more - error);
  return result === head + (more + error) ? result * powerOfTwo(steps >> 12) : Number.NaN;
}
