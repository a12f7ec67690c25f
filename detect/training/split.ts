import { BINS, FOUR, type Histograms } from '../histograms/index.js';
import { SUBSET_WORDS } from '../model/index.js';

/** Rows of `histograms.order` in one node: positives first. */
export interface NodeRows {
  readonly begin: number;
  /** Where negatives begin. */
  readonly middle: number;
  readonly end: number;
}

/** How a node's rows are divided. */
export interface NodeSplit {
  readonly feature: number;
  /** How much less the weighted squared error is than with one leaf. */
  readonly gain: number;
  /** Whether rows of each bin go left. */
  readonly goesLeft: Uint8Array;
}

/** A leaf of less of its node's weight than this would be rounding. */
const LEAST_SHARE = 1e-12;

/** So would a lower gain, where all weights together are 1. */
const LEAST_GAIN = 1e-12;

/** A split, as a feature and a place to cut its bins. */
export interface BinCut {
  readonly feature: number;
  /** How much less the weighted squared error is than with one leaf. */
  readonly gain: number;
  /** The last bin, or the last of the sorted patterns, that goes left. */
  readonly cut: number;
}

/**
 * The split of a node into two leaves with the least weighted squared error of the labels, +1 and -1, by gentle
 * boosting: each leaf answers the weighted mean of its labels. Ties go to the feature and then the cut that come
 * first.
 *
 * It depends on the features from `from` to before `to` alone, so that ranges may be searched anywhere and joined by
 * `betterCut`.
 *
 * @param from a multiple of four
 * @param isOrdered whether bins are cut into lower and higher ones (Haar), or into any two subsets (LBP)
 * @returns undefined where no split lowers the error
 * @see Friedman, Hastie and Tibshirani, Additive logistic regression, Annals of Statistics 2000, algorithm 4
 */
export function bestCut(
  histograms: Histograms,
  { begin, middle, end }: NodeRows,
  from: number,
  to: number,
  isOrdered: boolean,
): BinCut | undefined {
  const cut = isOrdered ? orderedCut : subsetCut;
  const best: Best = { feature: -1, gain: LEAST_GAIN, cut: -1 };
  const { sums } = histograms;
  for (let feature = from; feature < to; feature += FOUR) {
    histograms.add(feature, begin, middle, 0);
    histograms.add(feature, middle, end, 1);
    for (let i = 0; i < FOUR && feature + i < to; i++) {
      cut(sums, BINS * i, BINS * (FOUR + i), feature + i, best);
    }
  }
  return best.feature < 0 ? undefined : best;
}

/** Of the cuts of two ranges of features, the one that all features together have. */
export function betterCut(first: BinCut | undefined, second: BinCut | undefined): BinCut | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  if (first.gain !== second.gain) return first.gain > second.gain ? first : second;
  return first.feature < second.feature ? first : second;
}

/** A cut as the split of a node. */
export function splitOf(
  histograms: Histograms,
  { begin, middle, end }: NodeRows,
  { feature, gain, cut }: BinCut,
  isOrdered: boolean,
): NodeSplit {
  const goesLeft = new Uint8Array(BINS);
  if (isOrdered) {
    goesLeft.fill(1, 0, cut + 1);
    return { feature, gain, goesLeft };
  }
  const first = feature - (feature % FOUR);
  histograms.add(first, begin, middle, 0);
  histograms.add(first, middle, end, 1);
  const positives = BINS * (feature - first);
  const order = byMean(histograms.sums, positives, positives + BINS * FOUR);
  for (let i = 0; i <= cut; i++) goesLeft[order[i]] = 1;
  return { feature, gain, goesLeft };
}

type Best = { -readonly [Key in keyof BinCut]: BinCut[Key] };

/** All bins, from the lowest to the highest. */
const ASCENDING = Int32Array.from({ length: BINS }, (_, bin) => bin);

/** Tries every cut between bins of a feature. */
function orderedCut(
  sums: Float64Array,
  positives: number,
  negatives: number,
  feature: number,
  best: Best,
): void {
  let weight = 0;
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const p = sums[positives + bin];
    const n = sums[negatives + bin];
    weight += p + n;
    sum += p - n;
  }
  tryCuts(sums, positives, negatives, feature, ASCENDING, weight, sum, best);
}

/**
 * Tries the subsets of patterns that have the least means: the best of all subsets is one of them (Breiman et al.,
 * Classification and regression trees, section 4.2.2). A leaf for each pattern would gain at least as much, which
 * spares most features the sort.
 */
function subsetCut(
  sums: Float64Array,
  positives: number,
  negatives: number,
  feature: number,
  best: Best,
): void {
  let weight = 0;
  let sum = 0;
  let most = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const p = sums[positives + bin];
    const n = sums[negatives + bin];
    if (p + n === 0) continue;
    weight += p + n;
    sum += p - n;
    most += ((p - n) * (p - n)) / (p + n);
  }
  if ((most - (sum * sum) / weight) * (1 + 1e-9) <= best.gain) return;
  tryCuts(sums, positives, negatives, feature, byMean(sums, positives, negatives), weight, sum, best);
}

/**
 * Tries every cut between bins in an order: those up to it go left.
 *
 * @param weight of all rows
 * @param sum of their labels by weight
 */
function tryCuts(
  sums: Float64Array,
  positives: number,
  negatives: number,
  feature: number,
  order: Int32Array,
  weight: number,
  sum: number,
  best: Best,
): void {
  const least = LEAST_SHARE * weight;
  const whole = (sum * sum) / weight;
  let left = 0;
  let leftSum = 0;
  for (let i = 0; i < order.length - 1; i++) {
    const p = sums[positives + order[i]];
    const n = sums[negatives + order[i]];
    if (p + n === 0) continue;
    left += p + n;
    leftSum += p - n;
    const right = weight - left;
    if (left <= least || right <= least) continue;
    const rightSum = sum - leftSum;
    const here = (leftSum * leftSum) / left + (rightSum * rightSum) / right - whole;
    if (here > best.gain) {
      best.gain = here;
      best.feature = feature;
      best.cut = i;
    }
  }
}

/** Means are rounded to so many steps of 1, so that a key holds a mean and a bin exactly. */
const STEPS = 2 ** 43;

const keys = new Float64Array(BINS);

/** The patterns that occur, by the mean of their labels, least first. Keys are sorted: no comparison is called. */
function byMean(sums: Float64Array, positives: number, negatives: number): Int32Array {
  let count = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const p = sums[positives + bin];
    const n = sums[negatives + bin];
    if (p + n === 0) continue;
    keys[count++] = BINS * Math.round(((p - n) / (p + n) + 1) * STEPS) + bin;
  }
  const order = new Int32Array(count);
  const sorted = keys.subarray(0, count).sort();
  for (let i = 0; i < count; i++) order[i] = sorted[i] % BINS;
  return order;
}

/** The patterns that go left as the words of a model. */
export function subsetOf(goesLeft: Uint8Array): Int32Array {
  const words = new Int32Array(SUBSET_WORDS);
  for (let bin = 0; bin < BINS; bin++) words[bin >> 5] |= goesLeft[bin] << (bin & 31);
  return words;
}
