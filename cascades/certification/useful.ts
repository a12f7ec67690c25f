import { levelOf, limitsOf, type Question } from './boundSpec.js';
import { type Judged, lossOn } from './lossTable.js';
import { usefulUnits } from './searchLoss.js';
import { unitsNeededFor } from './units.js';

/** What a plan that makes good use of epsilon loses, and how many units it takes to certify one. */
export interface UsefulPlan {
  /** The mean of the search's loss on the tuning rows: half of what the first limit allows. */
  readonly loss: number;
  /** Units with which such a plan may be expected to pass. */
  readonly units: number;
  /** Units without which not even a plan that loses nothing passes. */
  readonly least: number;
}

/** Half of epsilon: what a plan may lose that is to pass with few units more than it must have. */
const USE = 0.5;

/**
 * An estimate from the tuning rows. Of recall and precision only rows of the class count, so that it takes more rows by their share.
 *
 * @returns undefined where no tuning row counts
 */
export function usefulPlan(
  question: Question,
  judged: Judged,
  unit: 'rows' | 'groups',
): UsefulPlan | undefined {
  const { full } = judged;
  const delta = levelOf(question);
  const meanOf = (of: (row: number) => number) =>
    full.reduce((sum, _, row) => sum + of(row), 0) / Math.max(1, full.length);
  const limits = limitsOf(question).map((limit) => {
    const { lost, counts } = lossOn(limit.loss === 'accuracy' ? 'harm' : limit.loss, judged);
    const share = meanOf((row) => Number(counts(full[row], row)));
    return {
      share,
      loss: USE * limit.epsilon * share - meanOf((row) => lost(full[row], row)),
      units: Math.ceil(usefulUnits({ epsilon: limit.epsilon, delta }) / share),
      least: Math.ceil(unitsNeededFor(limit, delta, unit) / share),
    };
  });
  if (limits.some(({ share }) => share === 0)) return undefined;
  return {
    loss: Math.max(0, limits[0].loss),
    units: Math.max(...limits.map(({ units, least }) => Math.max(units, least))),
    least: Math.max(...limits.map(({ least }) => least)),
  };
}
