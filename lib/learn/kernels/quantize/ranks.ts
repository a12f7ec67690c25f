import { CATEGORIES, type Quantization, RECORD } from './quantization.js';
import { CODE_SHIFT } from './words.js';

/**
 * The layout of codes: a row's code of a slot goes to `codes[at + step * slot]`, shifted left, if
 * the row's codes are at `at`.
 */
export interface CodePlan {
  readonly codes: Int32Array;
  readonly step: number;
  /** From a row's codes to the next one's, in a group of rows. */
  readonly lane: number;
}

/**
 * The number of a column's thresholds below a value; 0 for NaN. @param c the column's place in the
 * quantization
 */
export function rankOf({ records, thresholds }: Quantization, c: number, value: number): number {
  const from = records[RECORD * c];
  let rank = 0;
  // Added rather than chosen: a branch here would be guessed wrong every other time.
  for (let jump = records[RECORD * c + 1]; jump > 0; jump >>= 1) {
    rank = (rank + jump * +(thresholds[(from + rank + jump) | 0] < value)) | 0;
  }
  return rank;
}

/** Writes the codes of a value in both slots of its column's thresholds. */
export function writeRank(
  quantization: Quantization,
  c: number,
  value: number,
  { codes, step }: CodePlan,
  at: number,
): void {
  const { records } = quantization;
  const record = RECORD * c;
  const rank = rankOf(quantization, c, value);
  const last = (at + step * records[record + 3]) | 0;
  const first = (at + step * records[record + 4]) | 0;
  if (Number.isNaN(value)) {
    codes[last] = records[record + 2] << CODE_SHIFT;
    codes[first] = 0;
  } else {
    codes[last] = rank << CODE_SHIFT;
    codes[first] = (rank + 1) << CODE_SHIFT;
  }
}

/** Writes the codes of a value in the slots of its column's sets. */
export function writeSetCodes(
  quantization: Quantization,
  c: number,
  value: number,
  { codes, step }: CodePlan,
  at: number,
): void {
  const { setSlot, setCount, setCodes } = quantization;
  const from = firstSetCode(quantization, c, value);
  for (let i = 0, to = at + step * setSlot[c]; i < setCount[c]; i++, to += step) {
    codes[to] = setCodes[from + i] << CODE_SHIFT;
  }
}

/** Offset of a value's codes in `setCodes`. */
function firstSetCode({ setCount, setBegin }: Quantization, c: number, value: number): number {
  const isCategory = value >= 0 && value < CATEGORIES && Math.trunc(value) === value;
  return setBegin[c] + (isCategory ? value : CATEGORIES) * setCount[c];
}

/** Writes all codes of a value. */
export function writeCodes(
  quantization: Quantization,
  c: number,
  value: number,
  plan: CodePlan,
  at: number,
): void {
  writeRank(quantization, c, value, plan, at);
  if (quantization.setCount[c] > 0) writeSetCodes(quantization, c, value, plan, at);
}
