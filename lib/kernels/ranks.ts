import { CATEGORIES, type Coding } from './coding.js';

/** Where codes go: a row's code of a slot to `codes[at + step * slot]`, shifted left. */
export interface CodePlan {
  readonly codes: Int32Array;
  readonly step: number;
  readonly shift: number;
}

/** Writes the ranks that column number `c` of a coding has for a number, in both its slots. */
export function writeRank(
  { begin, half, count, last, first, thresholds }: Coding,
  c: number,
  number: number,
  { codes, step, shift }: CodePlan,
  at: number,
): void {
  let rank = 0;
  // Added rather than chosen: a branch here would be guessed wrong every other time.
  for (let jump = half[c], from = begin[c] - 1; jump > 0; jump >>= 1) {
    rank += jump * +(thresholds[from + rank + jump] < number);
  }
  const isMissing = Number.isNaN(number);
  codes[at + step * last[c]] = (isMissing ? count[c] + 1 : rank) << shift;
  codes[at + step * first[c]] = (isMissing ? 0 : rank + 1) << shift;
}

/**
 * The same for columns `from … end - 1` of four rows, whose numbers lie side by side from `first` on, `apart` from column
 * to column, and so do their codes. Four searches at a time take half as long as one after the other.
 */
export function writeFourRanks(
  { begin, half, count, last, first: firstSlot, thresholds }: Coding,
  from: number,
  end: number,
  numbers: Float32Array,
  first: number,
  apart: number,
  { codes, step, shift }: CodePlan,
  at: number,
): void {
  for (let c = from, n = first; c < end; c++, n += apart) {
    const p = numbers[n];
    const q = numbers[n + 1];
    const r = numbers[n + 2];
    const s = numbers[n + 3];
    const origin = begin[c];
    let a = origin;
    let b = origin;
    let d = origin;
    let e = origin;
    for (let jump = half[c]; jump > 0; jump >>= 1) {
      const ahead = jump - 1;
      a += jump * +(thresholds[a + ahead] < p);
      b += jump * +(thresholds[b + ahead] < q);
      d += jump * +(thresholds[d + ahead] < r);
      e += jump * +(thresholds[e + ahead] < s);
    }
    const missing = (count[c] + 1) << shift;
    let to = at + step * last[c];
    codes[to] = Number.isNaN(p) ? missing : (a - origin) << shift;
    codes[to + 1] = Number.isNaN(q) ? missing : (b - origin) << shift;
    codes[to + 2] = Number.isNaN(r) ? missing : (d - origin) << shift;
    codes[to + 3] = Number.isNaN(s) ? missing : (e - origin) << shift;
    to = at + step * firstSlot[c];
    codes[to] = Number.isNaN(p) ? 0 : (a - origin + 1) << shift;
    codes[to + 1] = Number.isNaN(q) ? 0 : (b - origin + 1) << shift;
    codes[to + 2] = Number.isNaN(r) ? 0 : (d - origin + 1) << shift;
    codes[to + 3] = Number.isNaN(s) ? 0 : (e - origin + 1) << shift;
  }
}

/** Writes the codes that column number `c` of a coding has for a number in the slots of its sets. */
export function writeSetCodes(
  { setSlot, setCount, setBegin, setCodes }: Coding,
  c: number,
  number: number,
  { codes, step, shift }: CodePlan,
  at: number,
): void {
  const isCategory = number >= 0 && number < CATEGORIES && Math.trunc(number) === number;
  const from = setBegin[c] + (isCategory ? number : CATEGORIES) * setCount[c];
  for (let i = 0, to = at + step * setSlot[c]; i < setCount[c]; i++, to += step) {
    codes[to] = setCodes[from + i] << shift;
  }
}
