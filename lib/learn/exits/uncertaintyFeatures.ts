import { type Block, denseBlock, SparseWriter } from '../../data/blocks/index.js';
import { log } from '../../util/math/index.js';
import { runnerUp } from './exitScore.js';

/** Signs of sureness that any row has: log-odds, margin, entropy. */
const COMMON = 3;

/** Log-odds beyond those that double precision can tell from certainty say no more. */
const SUREST = -log(Number.EPSILON);

/** How many signs a row of so many classes has. */
export function signCount(classes: number): number {
  return COMMON + 2 * classes;
}

/**
 * Writes what tells whether an answer can be trusted: the log-odds of the class decided against all others; its margin
 * to the likeliest other, -1 to 1; the entropy, 0 to 1; then 1 for the class decided, and for that class the log-odds
 * again.
 *
 * @returns whether the row has them; where {@link runnerUp} is NaN it hasn't
 */
export function writeSigns(
  scores: Float64Array,
  from: number,
  classes: number,
  decided: number,
  out: Float64Array,
): boolean {
  const second = runnerUp(scores, from, classes, decided);
  if (Number.isNaN(second)) return false;
  const own = scores[from + decided];
  let [others, entropy] = [0, 0];
  for (let i = from; i < from + classes; i++) {
    if (i !== from + decided) others += scores[i];
    if (scores[i] > 0) entropy -= scores[i] * log(scores[i]);
  }
  const odds = Math.min(SUREST, Math.max(-SUREST, log(own) - log(others)));
  out.fill(0);
  out[0] = odds;
  out[1] = own - second;
  out[2] = entropy / log(classes);
  out[COMMON + decided] = 1;
  out[COMMON + classes + decided] = odds;
  return true;
}

/** The signs of several rows: those of `rows`, which have some, as blocks of that many rows. */
export interface Signs {
  readonly rows: Int32Array;
  readonly blocks: readonly Block[];
  /** What the blocks hold, in double precision: the class decided, and the common signs of each row. */
  readonly decided: Int32Array;
  readonly common: Float64Array;
}

/**
 * The common signs are one dense block. Those of a class decided are sparse, which penalties take as they come: a
 * column that a few rows fill, scaled to its spread, would hardly be penalised at all.
 */
export function signsOf(scores: Float64Array, classes: number, decided: ArrayLike<number>): Signs {
  const own = new Float64Array(signCount(classes));
  const common = new Float64Array(decided.length * COMMON);
  const kept: number[] = [];
  for (let row = 0; row < decided.length; row++) {
    if (!writeSigns(scores, row * classes, classes, decided[row], own)) continue;
    common.set(own.subarray(0, COMMON), kept.length * COMMON);
    kept.push(row);
  }
  const writer = new SparseWriter(kept.length, 2 * classes, 2 * kept.length);
  kept.forEach((row, i) => {
    writer.push(decided[row], 1);
    writer.push(classes + decided[row], common[i * COMMON]);
    writer.endRow();
  });
  const values = Float32Array.from(common.subarray(0, kept.length * COMMON));
  const rows = Int32Array.from(kept);
  return {
    rows,
    blocks: [denseBlock(kept.length, COMMON, values), writer.block()],
    decided: Int32Array.from(rows, (row) => decided[row]),
    common,
  };
}

/** Whether two rows, by position among those with signs, look alike in all of them. */
export function areSame({ decided, common }: Signs, a: number, b: number): boolean {
  for (let s = 0; s < COMMON; s++) if (common[a * COMMON + s] !== common[b * COMMON + s]) return false;
  return decided[a] === decided[b];
}
