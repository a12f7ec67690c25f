import { CATEGORIES, type Coding } from './coding.js';
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
  const { begin, half, thresholds } = coding;
  let rank = 0;
  // Added rather than chosen: a branch here would be guessed wrong every other time.
  for (let jump = half[c], from = begin[c] - 1; jump > 0; jump >>= 1) {
    rank += jump * +(thresholds[from + rank + jump] < number);
  }
  setRank(coding, c, number, rank, plan, at);
}

function setRank(
  { count, last, first }: Coding,
  c: number,
  number: number,
  rank: number,
  { codes, step }: CodePlan,
  at: number,
): void {
  const isMissing = Number.isNaN(number);
  codes[at + step * last[c]] = (isMissing ? count[c] + 1 : rank) << CODE_SHIFT;
  codes[at + step * first[c]] = (isMissing ? 0 : rank + 1) << CODE_SHIFT;
}

/**
 * The same for columns `from … end - 1` of one row, whose numbers lie from `first` on, `apart` from each other: four searches at a
 * time take half as long as one after the other.
 */
export function writeRanks(
  coding: Coding,
  from: number,
  end: number,
  numbers: Float32Array,
  first: number,
  apart: number,
  plan: CodePlan,
  at: number,
): void {
  const { begin, half, thresholds } = coding;
  let c = from;
  let n = first;
  for (; c + 3 < end; c += 4, n += 4 * apart) {
    const p = numbers[n];
    const q = numbers[n + apart];
    const r = numbers[n + 2 * apart];
    const s = numbers[n + 3 * apart];
    let a = begin[c] - 1;
    let b = begin[c + 1] - 1;
    let d = begin[c + 2] - 1;
    let e = begin[c + 3] - 1;
    let i = half[c];
    let j = half[c + 1];
    let k = half[c + 2];
    let l = half[c + 3];
    // A search that is done goes on with jumps of 0.
    while ((i | j | k | l) !== 0) {
      a += i * +(thresholds[a + i] < p);
      b += j * +(thresholds[b + j] < q);
      d += k * +(thresholds[d + k] < r);
      e += l * +(thresholds[e + l] < s);
      i >>= 1;
      j >>= 1;
      k >>= 1;
      l >>= 1;
    }
    setRank(coding, c, p, a + 1 - begin[c], plan, at);
    setRank(coding, c + 1, q, b + 1 - begin[c + 1], plan, at);
    setRank(coding, c + 2, r, d + 1 - begin[c + 2], plan, at);
    setRank(coding, c + 3, s, e + 1 - begin[c + 3], plan, at);
  }
  for (; c < end; c++, n += apart) writeRank(coding, c, numbers[n], plan, at);
}

/**
 * The same for columns `from … end - 1` of four rows, whose numbers lie side by side from `first` on, `apart` from column
 * to column.
 */
export function writeFourRanks(
  coding: Coding,
  from: number,
  end: number,
  numbers: Float32Array,
  first: number,
  apart: number,
  plan: CodePlan,
  at: number,
): void {
  const { begin, half, last, first: firstSlot, thresholds } = coding;
  const { codes, step, lane } = plan;
  const shift = CODE_SHIFT;
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
    a -= origin;
    b -= origin;
    d -= origin;
    e -= origin;
    // Also where infinities of both signs meet, which does no harm.
    if (Number.isNaN(p + q + r + s)) {
      setRank(coding, c, p, a, plan, at);
      setRank(coding, c, q, b, plan, at + lane);
      setRank(coding, c, r, d, plan, at + 2 * lane);
      setRank(coding, c, s, e, plan, at + 3 * lane);
      continue;
    }
    if (last[c] !== 0) {
      const to = at + step * last[c];
      codes[to] = a << shift;
      codes[to + lane] = b << shift;
      codes[to + 2 * lane] = d << shift;
      codes[to + 3 * lane] = e << shift;
    }
    if (firstSlot[c] !== 0) {
      const to = at + step * firstSlot[c];
      codes[to] = (a + 1) << shift;
      codes[to + lane] = (b + 1) << shift;
      codes[to + 2 * lane] = (d + 1) << shift;
      codes[to + 3 * lane] = (e + 1) << shift;
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
