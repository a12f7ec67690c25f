import { binomialLower, binomialUpper } from '../../lib/stats/index.js';

/** Hits of all stages together, on objects that chose nothing, cut out exactly. */
export interface HitCount {
  /** Objects that pass all stages, of so many. */
  readonly passed: number;
  readonly objects: number;
  /**
   * Limits of the share of new objects that pass: 95 % confidence (Clopper and Pearson 1934), each object a draw of its
   * own. From 0 to 1 without objects.
   */
  readonly lower: number;
  readonly upper: number;
}

/** Below and above the limits, each with half of this chance. */
const DELTA = 0.05;

/** @example hitCount(4, 4).lower; // 0.398 */
export function hitCount(passed: number, objects: number): HitCount {
  return {
    passed,
    objects,
    lower: binomialLower(passed, objects, DELTA / 2),
    upper: binomialUpper(passed, objects, DELTA / 2),
  };
}
