import type { StageEvidence } from './evidence.js';
import type { Order } from './order.js';

/** The rows of a stage by class and bin of confidence: what chains are compared on. */
export interface StageBins {
  /** The bin of each row; 0: it can't exit. */
  readonly codes: Uint16Array;
  /** Class `c` has the bins `starts[c] … starts[c + 1] - 1`, the most confident first. */
  readonly starts: Int32Array;
  /** The mean smoothed loss of a bin's rows. */
  readonly risk: Float64Array;
}

/** Bins of all classes together, as far as each may still have a few. */
const BINS = 1024;
const MOST_A_CLASS = 64;
const LEAST_A_CLASS = 8;
/** Codes are numbers of two bytes. */
const MOST = 2 ** 16 - 1;

/**
 * Bins of about equal counts; rows of equal confidence share a bin. A class with few different
 * confidences has one bin for each.
 *
 * @param loss the smoothed loss of each row
 */
export function binsOf(
  { confidence }: Pick<StageEvidence, 'confidence'>,
  loss: Float64Array,
  order: Order,
): StageBins {
  const width = order.length;
  const wanted = Math.max(LEAST_A_CLASS, Math.min(MOST_A_CLASS, Math.floor(BINS / width)));
  const most = Math.max(1, Math.min(wanted, Math.floor((MOST - 1) / width)));
  const codes = new Uint16Array(confidence.length);
  const starts = new Int32Array(width + 1);
  const risk = new Float64Array(1 + width * most);
  let code = 1;
  for (let c = 0; c < width; c++) {
    starts[c] = code;
    const rows = order[c];
    // One tied score for every row doesn't order them.
    if (rows.length === 0 || confidence[rows[0]] === confidence[rows[rows.length - 1]]) continue;
    let from = 0;
    let left = most;
    while (from < rows.length) {
      let to = left === 1 ? rows.length : from + Math.ceil((rows.length - from) / left);
      while (to < rows.length && confidence[rows[to]] === confidence[rows[to - 1]]) to++;
      let sum = 0;
      for (let i = from; i < to; i++) {
        codes[rows[i]] = code;
        sum += loss[rows[i]];
      }
      risk[code++] = sum / (to - from);
      from = to;
      left = Math.max(1, left - 1);
    }
  }
  starts[width] = code;
  return { codes, starts, risk: risk.subarray(0, code) };
}
