import { below } from '../lib/util/floats.js';

/**
 * A node's decision in a form common to all libraries: left or right, interval after interval.
 *
 * A value that is at most `cuts[i]` and above the cut before goes left if `left[i]`; a value above
 * all cuts goes left if the last of `left`, which has one element more. Cuts ascend, and sides alternate.
 */
export interface NodeDecision {
  readonly cuts: readonly number[];
  readonly left: readonly boolean[];
  readonly missingLeft: boolean;
}

/** Numbers up to a cut, above the cuts before, go left or not. */
export type CutStep = readonly [upTo: number, left: boolean];

/**
 * @param steps any whose cut isn't above the cut before, or is NaN, holds no number and is passed over
 * @param beyond whether numbers above all cuts go left
 */
export function decision(steps: readonly CutStep[], beyond: boolean, missingLeft: boolean): NodeDecision {
  const cuts: number[] = [];
  const left: boolean[] = [];
  let last = Number.NaN;
  for (const [upTo, side] of [...steps, [Number.POSITIVE_INFINITY, beyond]] as const) {
    if (Number.isNaN(upTo) || upTo <= last) continue;
    last = upTo;
    if (left.at(-1) === side) cuts[cuts.length - 1] = upTo;
    else {
      cuts.push(upTo);
      left.push(side);
    }
  }
  // The last interval needs no cut: nothing is above it.
  cuts.pop();
  return { cuts, left, missingLeft };
}

/**
 * Categories, whole numbers from 0, on the side `inside`; all other numbers, those cut down to them aside, on the
 * other.
 */
export function membership(
  categories: readonly number[],
  inside: boolean,
  missingLeft: boolean,
  /** The largest number below another, of those that are compared. */
  before: (number: number) => number = below,
  /** Up to which numbers category 0 doesn't begin: -1 where -0.5 is cut down to it. */
  first: number = before(0),
): NodeDecision {
  const steps: CutStep[] = [];
  const sorted = Float64Array.from(categories).sort();
  for (const category of sorted) {
    steps.push([category === 0 ? first : before(category), !inside], [before(category + 1), inside]);
  }
  return decision(steps, !inside, missingLeft);
}
