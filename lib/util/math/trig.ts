import { powerOfTwo } from './bits.js';

/** Bits after the point of numbers in `BigInt`: enough for the largest double less many turns. */
const BITS = 1200n;

/** pi / 2 in three parts: products of the first two with whole numbers up to 2 ** 20 are exact. */
const HIGH = 1.5707963267341256;
const MIDDLE = 6.07710050359346e-11;
const LOW = 2.912732056093356e-20;
const PER_QUARTER = 2 / Math.PI;

/** Sine, within 1e-15 of it, relatively. NaN for what isn't finite. */
export function sin(x: number): number {
  return ofQuarters(x, 0);
}

/** Cosine, as exact as `sin`. */
export function cos(x: number): number {
  return ofQuarters(x, 1);
}

/** Arc tangent, from -pi / 2 to pi / 2, within 1e-15 of it, relatively. */
export function atan(x: number): number {
  const size = Math.abs(x);
  // What is so small is its own, and NaN too.
  if (!(size >= 1e-8)) return x;
  const isLarge = size > 1;
  let small = isLarge ? 1 / size : size;
  // Each time half of the angle: at most 0.2 then.
  for (let i = 0; i < 2; i++) small /= 1 + Math.sqrt(1 + small * small);
  let sum = 0;
  for (let k = 25; k >= 1; k -= 2) sum = 1 / k - small * small * sum;
  const angle = 4 * small * sum;
  return Math.sign(x) * (isLarge ? Math.PI / 2 - angle : angle);
}

function ofQuarters(x: number, turned: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const [quarters, rest] = Math.abs(x) < 2 ** 20 ? reduced(x) : reducedExactly(x);
  const quarter = (quarters + turned) & 3;
  const value = quarter % 2 === 0 ? sine(rest) : cosine(rest);
  return quarter < 2 ? value : -value;
}

/** Quarters of a turn, and what is left: at most pi / 4. */
function reduced(x: number): [quarters: number, rest: number] {
  const quarters = Math.round(x * PER_QUARTER);
  return [quarters & 3, x - quarters * HIGH - quarters * MIDDLE - quarters * LOW];
}

/** As BigInt: what is 2 ** 20 or more has no bits below 2 ** -33. */
function reducedExactly(x: number): [quarters: number, rest: number] {
  let exponent = 0;
  let whole = Math.abs(x);
  for (; whole >= 2 ** 53; exponent++) whole /= 2;
  for (; !Number.isInteger(whole); exponent--) whole *= 2;
  const fixed = (BigInt(whole) << (BITS + BigInt(exponent + 64))) >> 64n;
  const quarter = quarterTurn();
  const quarters = (2n * fixed + quarter) / (2n * quarter);
  const rest = Number((fixed - quarters * quarter) >> (BITS - 160n)) * powerOfTwo(-160);
  const turns = Number(quarters & 3n);
  return x < 0 ? [-turns & 3, -rest] : [turns, rest];
}

function sine(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let k = 20; k >= 2; k -= 2) sum = 1 - (square / (k * (k + 1))) * sum;
  return x * sum;
}

function cosine(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let k = 19; k >= 1; k -= 2) sum = 1 - (square / (k * (k + 1))) * sum;
  return sum;
}

let known: bigint | undefined;

/** pi / 2, by Machin's formula: pi / 4 = 4 atan(1 / 5) - atan(1 / 239). */
function quarterTurn(): bigint {
  const inverse = (n: bigint) => {
    let [sum, power] = [0n, (1n << (BITS + 32n)) / n];
    for (let k = 1n; power !== 0n; k += 2n, power /= -n * n) sum += power / k;
    return sum;
  };
  known ??= (2n * (4n * inverse(5n) - inverse(239n))) >> 32n;
  return known;
}
