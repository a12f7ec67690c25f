import { meanSimple } from 'simple-statistics';
import { allowedErrors, bettingRunPValue, leastFrom } from '../../lib/stats/index.js';
import { type Judged, lossOn } from './answerLoss.js';
import { BOUND_METHODS } from './boundMethods.js';
import { type BoundSpec, boundMethod, type Limit, levelOf, limitsOf } from './boundSpec.js';
import { asksTwice, isSigned, needsLabels, withoutGains } from './facts.js';
import type { AnswerLoss } from './list.js';
import { creditForFlips } from './ownFlips.js';

/** Of what n units allow, how much a plan may use and still be likely to pass: on new rows plans do a little worse. */
const PRUDENCE = 0.75;

/** What a test looks at: rows that are lost or not, or groups, each with the mean of its rows. */
type Unit = 'rows' | 'groups';

/** The mean loss that may be expected to pass on `n` units: what plans are compared at before any is tested. */
export function expectedAllowance(
  { epsilon, delta }: Pick<BoundSpec, 'epsilon' | 'delta'>,
  n: number,
  unit: Unit = 'rows',
): number {
  if (n === 0) return 0;
  const mostOf = unit === 'groups' ? mostOfMeans : mostOfCounts;
  return PRUDENCE * mostOf(n, epsilon, delta);
}

function mostOfCounts(n: number, epsilon: number, delta: number): number {
  return Math.max(0, allowedErrors(n, epsilon, delta)) / n;
}

/** Of epsilon: the most that groups may lose is found as exactly as this. */
const EXACTNESS = 1e-3;

/**
 * The most that groups may lose where all lose alike. Means of many rows are near to each other, and the betting bound
 * sees that: it allows half as much again as if groups were lost or kept as a whole. How near hardly matters to it:
 * where half of the groups lose nothing and half twice as much, it allows 1 % less.
 */
function mostOfMeans(n: number, epsilon: number, delta: number): number {
  let [most, tooMuch] = [0, epsilon];
  while (tooMuch - most > EXACTNESS * epsilon) {
    const loss = (most + tooMuch) / 2;
    if (bettingRunPValue(loss, n, epsilon, delta) <= delta) most = loss;
    else tooMuch = loss;
  }
  return most;
}

/**
 * What losses of units are like, by how many of their rows count. Means are near to each other only where a group has
 * rows enough to lose one within epsilon. A loss from -1 on passes less, and is expected to pass as counts do.
 */
function unitOf(limit: Limit, size: number): Unit {
  const { loss, epsilon } = limit;
  const { adaptsToVariance } = BOUND_METHODS[boundMethod(limit, 'groups')];
  return size * epsilon >= 1 && adaptsToVariance && !isSigned(loss) ? 'groups' : 'rows';
}

/** Of epsilon, what a plan loses that makes good use of it and still passes with rows enough. */
const USE = 0.5;

/**
 * The least number of units with which a plan that uses half of epsilon may be expected to pass; beyond 2^53 any.
 *
 * @param size rows of a unit that count
 */
export function usefulUnits(limit: Limit, delta: number, size: number): number {
  const { epsilon } = limit;
  const unit = unitOf(limit, size);
  return leastFrom(
    1,
    (n) => n > Number.MAX_SAFE_INTEGER || expectedAllowance({ epsilon, delta }, n, unit) >= USE * epsilon,
  );
}

/** One loss a row that stands for all that are promised, and the mean of it that may be expected to pass. */
export interface SearchLoss {
  /** What is lost by answering a row so instead of by the full model. */
  lost(answer: number, row: number): number;
  readonly target: number;
  /** Whether it looks at the labels, and not at the full model's answers alone. */
  readonly needsLabels: boolean;
  /** The losses among them for which the full model is asked twice. */
  readonly pairs: readonly PairAllowance[];
  /** Whether it stands for no other loss than those. */
  readonly isAlone: boolean;
}

/**
 * A loss of pairs of answers. Plans are searched by what differs from the first of them, of which more may be lost than
 * the bound allows: as much as isn't a loss once the second is known.
 */
export interface PairAllowance {
  readonly loss: AnswerLoss;
  /** The mean loss that may be expected to pass, and how much more may differ. */
  readonly allowance: number;
  readonly credit: number;
}

/**
 * What plans are searched by: each loss counted in units of its own allowance, so that one that is nearly used up
 * weighs as much as another that is. An allowance is a mean over all rows: for recall and precision, that over the
 * rows of the class times their share.
 *
 * @param judged the tuning rows
 * @param n certification units
 * @param size rows of a unit, on average. @defaultValue units are rows
 */
export function searchLoss(spec: BoundSpec, judged: Judged, n: number, size = 1): SearchLoss {
  const delta = levelOf(spec);
  const { full } = judged;
  const meanOf = (of: (row: number) => number) =>
    full.length === 0 ? 0 : meanSimple(Array.from(full, (_, row) => of(row)));
  const parts = limitsOf(spec).map((limit) => {
    const { loss, epsilon } = limit;
    // Rows that a stage gets right and the full model wrong are luck: a plan that bets on them doesn't keep its bets.
    const { lost, counts } = lossOn(withoutGains(loss), { ...judged, second: undefined });
    const share = meanOf((row) => Number(counts(full[row], row)));
    // A loss of the user's may be more than 0 where the full model answers.
    const unavoidable = meanOf((row) => lost(full[row], row));
    const unit = unitOf(limit, share * size);
    const allowance =
      expectedAllowance({ epsilon, delta }, Math.round(share * n), unit) * share - unavoidable;
    const isPair = asksTwice(loss);
    const credit = isPair && judged.second ? creditForFlips(loss, full, judged.second) : 0;
    return {
      loss,
      isPair,
      own: allowance,
      credit,
      allowance: Math.max(0, allowance + credit),
      lost: (answer: number, row: number) => Math.max(0, lost(answer, row) - lost(full[row], row)),
    };
  });
  // Where not a single unit may be lost, one counts as twice what there is.
  const least = 0.5 / Math.max(1, n);
  const [first] = parts.map(({ allowance }) => Math.max(least, allowance));
  const weights = parts.map(({ allowance }) => first / Math.max(least, allowance));
  return {
    lost: (answer, row) => parts.reduce((sum, part, i) => sum + weights[i] * part.lost(answer, row), 0),
    target: parts[0].allowance,
    needsLabels: limitsOf(spec).some(({ loss }) => needsLabels(loss)),
    pairs: parts.flatMap(({ isPair, loss, own, credit }) =>
      isPair ? [{ loss, allowance: own, credit }] : [],
    ),
    isAlone: parts.every(({ isPair }) => isPair),
  };
}
