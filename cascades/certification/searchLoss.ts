import { meanSimple } from 'simple-statistics';
import { allowedErrors, leastFrom } from '../../lib/stats/index.js';
import { type BoundSpec, levelOf, limitsOf } from './boundSpec.js';
import { type Judged, lossOn } from './losses.js';
import { needsLabels, withoutGains } from './lossFacts.js';

/** Of what n units allow, how much a plan may use and still be likely to pass: on new rows plans do a little worse. */
const PRUDENCE = 0.75;

/** The mean loss that may be expected to pass on `n` units: what plans are compared at before any is tested. */
export function expectedAllowance(
  { epsilon, delta }: Pick<BoundSpec, 'epsilon' | 'delta'>,
  n: number,
): number {
  return n === 0 ? 0 : (PRUDENCE * Math.max(0, allowedErrors(n, epsilon, delta))) / n;
}

/** Of epsilon, what a plan loses that makes good use of it and still passes with rows enough. */
const USE = 0.5;

/** The least number of units with which a plan that uses half of epsilon may be expected to pass; beyond 2^53 any. */
export function usefulUnits(spec: Pick<BoundSpec, 'epsilon' | 'delta'>): number {
  return leastFrom(1, (n) => n > Number.MAX_SAFE_INTEGER || expectedAllowance(spec, n) >= USE * spec.epsilon);
}

/** One loss a row that stands for all that are promised, and the mean of it that may be expected to pass. */
export interface SearchLoss {
  /** What is lost by answering a row so instead of by the full model. */
  lost(answer: number, row: number): number;
  readonly target: number;
  /** Whether it looks at the labels, and not at the full model's answers alone. */
  readonly needsLabels: boolean;
}

/**
 * What plans are searched by: each loss counted in units of its own allowance, so that one that is nearly used up weighs
 * as much as another that is. An allowance is a mean over all rows: for recall and precision, that over the rows of the
 * class times their share.
 *
 * @param judged the tuning rows
 * @param units certification rows, or groups
 */
export function searchLoss(spec: BoundSpec, judged: Judged, units: number): SearchLoss {
  const delta = levelOf(spec);
  const { full } = judged;
  const meanOf = (of: (row: number) => number) =>
    full.length === 0 ? 0 : meanSimple(Array.from(full, (_, row) => of(row)));
  const parts = limitsOf(spec).map(({ loss, epsilon }) => {
    // Rows that a stage gets right and the full model wrong are luck: a plan that bets on them doesn't keep its bets.
    const { lost, counts } = lossOn(withoutGains(loss), judged);
    const share = meanOf((row) => Number(counts(full[row], row)));
    // A loss of the user's may be more than 0 where the full model answers.
    const unavoidable = meanOf((row) => lost(full[row], row));
    const allowance = expectedAllowance({ epsilon, delta }, Math.round(share * units)) * share - unavoidable;
    return {
      allowance: Math.max(0, allowance),
      lost: (answer: number, row: number) => Math.max(0, lost(answer, row) - lost(full[row], row)),
    };
  });
  // Where not a single unit may be lost, one counts as twice what there is.
  const least = 0.5 / Math.max(1, units);
  const [first] = parts.map(({ allowance }) => Math.max(least, allowance));
  const weights = parts.map(({ allowance }) => first / Math.max(least, allowance));
  return {
    lost: (answer, row) => parts.reduce((sum, part, i) => sum + weights[i] * part.lost(answer, row), 0),
    target: parts[0].allowance,
    needsLabels: limitsOf(spec).some(({ loss }) => needsLabels(loss)),
  };
}
