import { CATEGORIES, type Coding, RECORD } from './coding.js';
import { CODE_SHIFT } from './padded.js';

/** Where codes go: a row's code of a slot to `codes[at + step * slot]`, shifted left, if the row's codes are at `at`. */
export interface CodePlan {
  readonly codes: Int32Array;
  readonly step: number;
  /** From a row's codes to the next one's, in a group of rows. */
  readonly lane: number;
}

/** Writes the ranks that column number `c` of a coding has for a number, in both its slots. */
export function writeRank(coding: Coding, c: number, number: number, plan: CodePlan, at: number): void {
  const { records, thresholds } = coding;
  const record = RECORD * c;
  let found = records[record];
  // Added rather than chosen: a branch here would be guessed wrong every other time.
  for (let jump = records[record + 1]; jump > 0; jump >>= 1) {
    found += jump * +(thresholds[found + jump] < number);
  }
  setRank(coding, c, number, (found - records[record]) | 0, plan, at);
}

/** Writes the codes of a column whose rank is known. */
export function setRank(
  { records }: Coding,
  c: number,
  number: number,
  rank: number,
  { codes, step }: CodePlan,
  at: number,
): void {
  const record = RECORD * c;
  // Whole numbers of 32 bits, said so: that spares checks.
  const last = (at + step * records[record + 3]) | 0;
  const first = (at + step * records[record + 4]) | 0;
  if (Number.isNaN(number)) {
    codes[last] = records[record + 2] << CODE_SHIFT;
    codes[first] = 0;
  } else {
    codes[last] = rank << CODE_SHIFT;
    codes[first] = (rank + 1) << CODE_SHIFT;
  }
}

/**
 * Writes the ranks of columns `from … end - 1` for four rows, whose numbers lie side by side from `begin` on, `apart` from column
 * to column.
 */
export function writeFourRanks(
  coding: Coding,
  from: number,
  end: number,
  numbers: Float32Array,
  begin: number,
  apart: number,
  plan: CodePlan,
  at: number,
): void {
  const { records, thresholds } = coding;
  const { codes, step, lane } = plan;
  const shift = CODE_SHIFT;
  for (let c = from, n = begin; c < end; c++, n += apart) {
    const p = numbers[n];
    const q = numbers[n + 1];
    const r = numbers[n + 2];
    const s = numbers[n + 3];
    const record = RECORD * c;
    const origin = records[record];
    let a = origin;
    let b = origin;
    let d = origin;
    let e = origin;
    for (let jump = records[record + 1]; jump > 0; jump >>= 1) {
      a += jump * +(thresholds[a + jump] < p);
      b += jump * +(thresholds[b + jump] < q);
      d += jump * +(thresholds[d + jump] < r);
      e += jump * +(thresholds[e + jump] < s);
    }
    // Also where infinities of both signs meet, which does no harm.
    if (Number.isNaN(p + q + r + s)) {
      setRank(coding, c, p, a - origin, plan, at);
      setRank(coding, c, q, b - origin, plan, at + lane);
      setRank(coding, c, r, d - origin, plan, at + 2 * lane);
      setRank(coding, c, s, e - origin, plan, at + 3 * lane);
      continue;
    }
    a -= origin;
    b -= origin;
    d -= origin;
    e -= origin;
    for (let slot = 0; slot < 2; slot++) {
      const to = at + step * records[record + 3 + slot];
      if (to === at) continue;
      codes[to] = (a + slot) << shift;
      codes[to + lane] = (b + slot) << shift;
      codes[to + 2 * lane] = (d + slot) << shift;
      codes[to + 3 * lane] = (e + slot) << shift;
    }
  }
}

/** Writes the codes that column number `c` of a coding has for a number in the slots of its sets. */
export function writeSetCodes(
  coding: Coding,
  c: number,
  number: number,
  { codes, step }: CodePlan,
  at: number,
): void {
  const { setSlot, setCount, setCodes } = coding;
  const from = firstSetCode(coding, c, number);
  for (let i = 0, to = at + step * setSlot[c]; i < setCount[c]; i++, to += step) {
    codes[to] = setCodes[from + i] << CODE_SHIFT;
  }
}

/** Where in `setCodes` the codes begin that column number `c` has for a number. */
export function firstSetCode({ setCount, setBegin }: Coding, c: number, number: number): number {
  const isCategory = number >= 0 && number < CATEGORIES && Math.trunc(number) === number;
  return setBegin[c] + (isCategory ? number : CATEGORIES) * setCount[c];
}

/** Writes all codes that column number `c` of a coding has for a number. */
export function writeCodes(coding: Coding, c: number, number: number, plan: CodePlan, at: number): void {
  writeRank(coding, c, number, plan, at);
  if (coding.setCount[c] > 0) writeSetCodes(coding, c, number, plan, at);
}
