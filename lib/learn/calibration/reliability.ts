import { mean, sum } from 'simple-statistics';
import { DataError } from '../../errors.js';
import { distributions } from './distributions.js';

/** Rows of like confidence. */
export interface ReliabilityBin {
  readonly rows: number;
  /** The least and the largest confidence in the bin, and their mean. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** The share of its rows whose likeliest class is the true one. */
  readonly accuracy: number;
}

/** The data of a reliability diagram. */
export interface Reliability {
  /** In order of confidence. */
  readonly bins: readonly ReliabilityBin[];
  /**
   * Expected calibration error: the distance of confidence and accuracy in a bin, averaged over
   * rows.
   */
  readonly error: number;
  /** Rows counted: those whose scores are distributions. */
  readonly rows: number;
}

/**
 * The reliability of the likeliest class (the first of equals): its probability against how often
 * it is right. This is the reliability diagram and expected calibration error of Guo et al. (ICML
 * 2017, section 2), with bins that hold about as many rows each (Nguyen and O'Connor, EMNLP 2015).
 * Rows of one confidence stay in one bin, so there may be fewer bins than `bins`. Chance alone
 * lifts the error of true probabilities above 0: to about .8 · √(a (1 - a) bins / rows) at accuracy
 * a.
 *
 * @param bins a whole number, at least 1
 * @throws DataError for lengths that differ, a class that isn't one, or bins that aren't a number of bins
 *
 * @example
 * const { bins, error } = reliability(scores, 2, labels, 10);
 */
export function reliability(
  scores: Float64Array,
  classes: number,
  truth: Int32Array,
  bins: number,
): Reliability {
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new DataError(`${bins} bins: expected a whole number of at least 1`);
  const rows = distributions(scores, classes, truth);
  const confidence = new Float64Array(truth.length);
  const right = new Uint8Array(truth.length);
  for (const row of rows) {
    let top = 0;
    for (let c = 1; c < classes; c++) if (scores[row * classes + c] > scores[row * classes + top]) top = c;
    confidence[row] = scores[row * classes + top];
    right[row] = Number(top === truth[row]);
  }
  const found = binned(rows, confidence, right, bins);
  const apart = sum(found.map((bin) => bin.rows * Math.abs(bin.confidence - bin.accuracy)));
  return { bins: found, error: apart / rows.length, rows: rows.length };
}

/**
 * Only the bins, for any confidence: for example an exit score, and whether the answer lost
 * nothing. Rows whose confidence is NaN or infinite are left out.
 *
 * @param right 1 or 0 a row
 * @example
 * reliabilityBins(Float64Array.of(0.6, 0.9), Uint8Array.of(0, 1), 2).map(({ accuracy }) => accuracy); // [0, 1]
 */
export function reliabilityBins(confidence: Float64Array, right: Uint8Array, bins: number): ReliabilityBin[] {
  const rows = Int32Array.from(confidence.keys()).filter((row) => Number.isFinite(confidence[row]));
  return binned(rows, confidence, right, bins);
}

function binned(
  rows: Int32Array,
  confidence: Float64Array,
  right: Uint8Array,
  bins: number,
): ReliabilityBin[] {
  rows.sort((a, b) => confidence[a] - confidence[b]);
  const found: ReliabilityBin[] = [];
  for (let bin = 1, from = 0; bin <= bins; bin++) {
    let to = Math.round((bin * rows.length) / bins);
    // Ties of an earlier bin have taken this one's rows.
    if (to <= from) continue;
    while (to < rows.length && confidence[rows[to]] === confidence[rows[to - 1]]) to++;
    found.push(binOf(rows.subarray(from, to), confidence, right));
    from = to;
  }
  return found;
}

/** @param rows in order of confidence */
function binOf(rows: Int32Array, confidence: Float64Array, right: Uint8Array): ReliabilityBin {
  const meanOf = (values: ArrayLike<number>) => mean(Array.from(rows, (row) => values[row]));
  return {
    rows: rows.length,
    low: confidence[rows[0]],
    high: confidence[rows[rows.length - 1]],
    confidence: meanOf(confidence),
    accuracy: meanOf(right),
  };
}
