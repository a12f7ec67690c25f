import { binomialLower, binomialUpper } from '../../lib/stats/index.js';
import { exp, log, log1p, log2 } from '../../lib/util/math/index.js';

/** A test in service of where rows leave, as far as it has got: plain data, safe in JSON. */
export interface ExitsState {
  /** The chance of a false alarm over all starts, and the number of restarts. */
  readonly alpha: number;
  readonly restarts: number;
  /** The plan's share of rows at each stage, the full model last. */
  readonly expected: readonly number[];
  /** The shares that count as no drift, from and to. */
  readonly limits: readonly (readonly [number, number])[];
  /** Rows since the last start, and the number of them that left at each stage. */
  readonly samples: number;
  readonly counts: readonly number[];
  /**
   * Rows whose stage is unknown: their call failed, or didn't end, or their answer was degraded.
   */
  readonly unknown: number;
  /** ln of the capital that each bet has in play. */
  readonly logCapitals: readonly number[];
  /** The smallest p-value of 'every share is within its limits' since the last start. */
  readonly pValue: number;
  readonly alarm: boolean;
}

/** Odds ratios of the bets: a share's odds as multiples of the limit's. */
const ODDS = [1.1, 1.3, 2, 4, 16];

/** The share of the capital that is staked later, bit by bit, as in lib/stats/drift.ts. */
const RESERVE = 1 / 2;

/**
 * A sequential test, in constant memory and time a step, of whether rows have come to leave at
 * other stages than planned: while the true share of every stage is within its limits, the chance
 * that the alarm is ever raised is at most alpha.
 *
 * Limits, not the plan's shares themselves: those were estimated, from `rows` rows, and no two periods are quite alike.
 * They are the shares' Clopper-Pearson limits, all at once at confidence 1 - alpha, and `tolerance` beyond.
 *
 * Two hypotheses a stage, 'its share is at most the upper limit' and 'at least the lower', and for
 * each a bet on every odds ratio. If k of b rows are beyond a limit m, the bet on r times its odds
 * multiplies the capital by r^k / (1 + (r - 1) m)^b, the likelihood ratio. Its mean is at most 1
 * under the hypothesis, and so is that of any average over bets, stages and starting times (Ville
 * 1939).
 *
 * @param expected shares, summing to 1
 * @param rows the number that the shares were estimated from
 * @param tolerance in [0, 1)
 * @param restarts the number of earlier starts: the k-th restart tests at alpha / 2^k
 */
export function exitsStart(
  expected: readonly number[],
  rows: number,
  tolerance: number,
  alpha: number,
  restarts = 0,
): ExitsState {
  const level = alpha / (2 * expected.length);
  const limits = expected.map((share): [number, number] => {
    const count = Math.round(share * rows);
    return [
      Math.max(0, binomialLower(count, rows, level) - tolerance),
      Math.min(1, binomialUpper(count, rows, level) + tolerance),
    ];
  });
  const bets = betsOn(limits).length;
  return {
    alpha,
    restarts,
    expected,
    limits,
    samples: 0,
    counts: expected.map(() => 0),
    unknown: 0,
    logCapitals: new Array<number>(bets).fill(log((1 - RESERVE) / bets)),
    pValue: 1,
    alarm: false,
  };
}

/**
 * The test after a batch, with the number of its rows that left at each stage, the full model last.
 * The order and sizes of batches must not depend on where rows leave.
 *
 * @param unknown further rows whose stage is unknown: to each bet they count as within its limit,
 * the least favourable case for it
 */
export function exitsStep(state: ExitsState, batch: readonly number[], unknown = 0): ExitsState {
  const { alpha, restarts, limits } = state;
  const known = batch.reduce((sum, count) => sum + count, 0);
  const rows = known + unknown;
  const samples = state.samples + rows;
  const counts = state.counts.map((count, s) => count + batch[s]);
  const bets = betsOn(limits);
  const staked = log((heldBack(state.samples) - heldBack(samples)) / bets.length);
  let capital = heldBack(samples);
  const logCapitals = bets.map(({ stage, above, limit, odds }, j) => {
    const beyond = above ? batch[stage] : known - batch[stage];
    const gained = beyond * log(odds) - rows * log1p((odds - 1) * limit);
    const grown = logSum(state.logCapitals[j], staked) + gained;
    capital += exp(grown);
    return grown;
  });
  const pValue = Math.min(state.pValue, 1 / capital);
  const alarm = state.alarm || pValue <= alpha / 2 ** restarts;
  return { ...state, samples, counts, unknown: state.unknown + unknown, logCapitals, pValue, alarm };
}

interface Bet {
  readonly stage: number;
  /**
   * Whether it bets that the share is above the upper limit; otherwise, that the share of the other
   * rows is above theirs.
   */
  readonly above: boolean;
  readonly limit: number;
  readonly odds: number;
}

/** No share is beyond a limit of 0 or 1, so there is no bet on it. */
function betsOn(limits: ExitsState['limits']): Bet[] {
  return limits
    .flatMap(([from, to], stage) => [
      { stage, above: true, limit: to },
      { stage, above: false, limit: 1 - from },
    ])
    .filter(({ limit }) => limit < 1)
    .flatMap((side) => ODDS.map((odds) => ({ ...side, odds })));
}

function heldBack(samples: number): number {
  return RESERVE / log2(samples + 2);
}

/** ln(e^a + e^b). */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + log1p(exp(-Math.abs(a - b)));
}
