import { nearlyExp } from './exp.js';
import { LN2, split } from './fixed.js';
import { parts, quickLog } from './log.js';

/** 1 / log(2) in two doubles. */
const [PER_LN2_HEAD, PER_LN2_TAIL] = split((1n << 512n) / LN2, 52n);

/**
 * x ** y of an x from 0 on, within .51 units in the last place where the result is a normal number: the same on every
 * engine, as `**` isn't.
 *
 * @example pow(10, -3) // 0.001
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(y) || !(x >= 0)) return Number.NaN;
  if (x === 0 || x === Number.POSITIVE_INFINITY) return (x === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  quickLog(x, 0);
  const [head, tail] = parts;
  const product = y * head;
  if (!(Math.abs(product) < 750)) return product > 0 ? Number.POSITIVE_INFINITY : 0;
  return nearlyExp(product, lost(y, head, product) + y * tail);
}

/**
 * The logarithm to base 2 of a number above 0, within .51 units in the last place: the same on
 * every engine. Exact for powers of two.
 *
 * @example log2(8) // 3
 */
export function log2(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY))
    return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  quickLog(x, 0);
  const [head, tail] = parts;
  const product = head * PER_LN2_HEAD;
  return product + (lost(head, PER_LN2_HEAD, product) + (head * PER_LN2_TAIL + tail * PER_LN2_HEAD));
}

/**
 * The rounding error of a product of two numbers (T. J. Dekker, A floating-point technique for
 * extending the available precision, 1971).
 */
function lost(a: number, b: number, product: number): number {
  const [high, top] = [leading(a), leading(b)];
  const [low, rest] = [a - high, b - top];
  return high * top - product + high * rest + low * top + low * rest;
}

/** The leading half of its digits. */
function leading(number: number): number {
  const many = number * (2 ** 27 + 1);
  return many - (many - number);
}

/** x * x: exact but for one rounding, where `x ** 2` is an approximation by the letter of ECMA-262. */
export function square(x: number): number {
  return x * x;
}
