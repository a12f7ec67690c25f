import { exponentOf, powerOfTwo } from './bits.js';
import { LN2, negatedLogs, roundedLog, split } from './fixed.js';

/** Heads are multiples of 2 ** -42, so that their sums are exact. */
const table = (logs: readonly bigint[], part: 0 | 1) =>
  Float64Array.from(logs, (each) => split(each, 42n)[part]);
/** -log(n / 64), from n = 45 on. */
const COARSE_FIRST = 45;
const COARSE = negatedLogs(COARSE_FIRST, 91, 64);
const [COARSE_HEADS, COARSE_TAILS] = [table(COARSE, 0), table(COARSE, 1)];
/** -log(1 + j / 4096), from j = -47 on. */
const FINE_FIRST = -47;
const FINE = negatedLogs(4096 + FINE_FIRST, 4096 - FINE_FIRST, 4096);
const [FINE_HEADS, FINE_TAILS] = [table(FINE, 0), table(FINE, 1)];
const [LN2_HEAD, LN2_TAIL] = split(LN2, 42n);
/** Added and taken away again, it rounds to a multiple of 2 ** -26. */
const HALF = 1.5 * 2 ** 26;

/** Limits on rounding errors: for a logarithm from tables, and, relative to it, for one near 0. */
const ERROR = 2 ** -77;
const ERROR_NEAR_0 = 2 ** -64;

/** The logarithm that was taken last as the sum of two doubles, for what needs more digits than one has. */
export const parts = new Float64Array(2);

/**
 * The natural logarithm, correctly rounded, so the same on every engine; see {@link exp}. NaN of negative numbers,
 * -Infinity of 0.
 *
 * @example log(10) // 2.302585092994046
 */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY))
    return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  const result = quickLog(x, 0);
  return Number.isNaN(result) ? roundedLog(x, 0, parts[0] + parts[1]) : result;
}

/**
 * log(1 + x), correctly rounded, also of an x near 0. NaN of x below -1.
 *
 * @example log1p(1e-20) // 1e-20
 */
export function log1p(x: number): number {
  // The next term of its series, -x * x / 2, is less than half of x's last bit. NaN stays as it is, too.
  if (!(Math.abs(x) >= 2 ** -54)) return x;
  const sum = 1 + x;
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return log(sum);
  // The rounding error of the sum (D. E. Knuth, The Art of Computer Programming, volume 2, section
  // 4.2.2).
  const one = sum - x;
  const low = 1 - one + (x - (sum - one));
  const result = quickLog(sum, low);
  return Number.isNaN(result) ? roundedLog(sum, low, parts[0] + parts[1]) : result;
}

/**
 * log(x + low) of a finite x above 0, where `low` is less than x's last bit; its parts hold until
 * the next call. NaN if its rounding isn't certain.
 *
 * x times a number of 20 bits is nearly 1, exactly; tables have that number's logarithm (P. T. P. Tang, Table-driven
 * implementation of the logarithm function, 1990).
 */
export function quickLog(x: number, low: number): number {
  const lift = x < 2 ** -1022 ? 54 : 0;
  const lifted = lift === 0 ? x : x * 2 ** 54;
  const doublings = exponentOf(lifted);
  const m = lifted * powerOfTwo(-doublings);

  const n = (64 / m + 0.5) | 0;
  const off = m * (n / 64) - 1;
  const j = (4096 * (off * off - off) + 64.5) | 0;
  const factor = (n * (4032 + j)) / 2 ** 18;
  // m * factor - 1 = high + rest: products of halves of m are exact.
  const half = m + HALF - HALF;
  const high = half * factor - 1;
  const rest =
    (m - half) * factor + (low === 0 || doublings > 128 ? 0 : low * powerOfTwo(-doublings) * factor);
  const r = high + rest;
  const restOfSum = r - high;
  const lost = high - (r - restOfSum) + (rest - restOfSum);
  const curve = r * r * (-1 / 2 + r * (1 / 3 - r * (1 / 4 - r * (1 / 5))));

  const whole = doublings - lift;
  const coarse = n - COARSE_FIRST;
  const fine = j - 64 - FINE_FIRST;
  const known = whole * LN2_HEAD + COARSE_HEADS[coarse] + FINE_HEADS[fine];
  const knownTail = whole * LN2_TAIL + COARSE_TAILS[coarse] + FINE_TAILS[fine];
  const head = known + r;
  const tail = known - head + r + (knownTail + (lost + curve));
  parts[0] = head;
  parts[1] = tail;
  const error = known === 0 ? ERROR_NEAR_0 * Math.abs(r) : ERROR;
  const result = head + (tail - error);
  return result === head + (tail + error) ? result : Number.NaN;
}
