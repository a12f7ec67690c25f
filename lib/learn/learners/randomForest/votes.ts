import { log2, pow } from '../../../util/math/index.js';

/**
 * Votes of one output for several classes at once: a vote for the class of place p adds (trees +
 * 1)^p, and the sum's digits in that base are the counts. Otherwise each class would need trees of
 * its own.
 */
export interface VoteLayout {
  readonly classes: number;
  readonly trees: number;
  /** Classes of one output: as many as a sum can represent exactly. */
  readonly places: number;
  readonly outputs: number;
}

export function voteLayout(classes: number, trees: number): VoteLayout {
  const places = Math.floor(53 / log2(trees + 1));
  return { classes, trees, places, outputs: Math.ceil(classes / places) };
}

/** The part of an output that a vote for a class adds. */
export function voteFor({ trees, places }: VoteLayout, choice: number, output: number): number {
  return Math.floor(choice / places) === output ? pow(trees + 1, choice % places) : 0;
}

/** Writes the votes for each class, rows x classes, that the sums, rows x outputs, hold. */
export function countVotes(
  { classes, trees, places, outputs }: VoteLayout,
  sums: Float64Array,
  into: Float64Array,
): void {
  const base = trees + 1;
  for (let from = 0, to = 0; from < sums.length; from += outputs) {
    let left = 0;
    for (let c = 0; c < classes; c++) {
      if (c % places === 0) left = sums[from + c / places];
      const higher = Math.floor(left / base);
      into[to++] = left - higher * base;
      left = higher;
    }
  }
}
