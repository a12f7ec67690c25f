import { DataError, OptionError } from '../errors.js';
import { exp, expm1, log, log1p, log2 } from '../util/math/index.js';

/** A test in service, as far as it has got: plain data, safe in JSON. */
export interface DriftState {
  readonly losses: DriftLosses;
  /** The limit that the mean loss is watched against. */
  readonly epsilon: number;
  readonly alpha: number;
  /** The number of restarts; the test runs at alpha / 2^restarts. */
  readonly restarts: number;
  /** Losses seen since the last start. */
  readonly samples: number;
  /** Their sum. */
  readonly sum: number;
  /** ln of the capital that each bet has in play. */
  readonly logCapitals: readonly number[];
  /** The smallest p-value of 'the mean loss is at most epsilon' since the last start. */
  readonly pValue: number;
  /** Whether it has come down to the level: once it has, the alarm stays. */
  readonly alarm: boolean;
}

/** `bounded`: in [0, 1], 0 and 1 among them. `paired`: in [-1, 1], the full model right less the cascade right. */
export type DriftLosses = 'bounded' | 'paired';

/** Bets on bounded losses: each bets on odds of a loss that are this multiple of epsilon's odds. */
const ODDS = [1.5, 2, 2.5, 4, 8];

/** Bets on paired losses, as shares of the stake that a gain would ruin. */
const STAKES = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2];

/**
 * The share of the capital that is staked later, bit by bit. Capital staked at once shrinks as long
 * as no drift occurs; the longer that lasts, the longer a drift would go unnoticed.
 */
const RESERVE = 1 / 2;

/**
 * A sequential test, in constant memory and time a step, of whether the mean loss has come to
 * exceed epsilon. It takes one loss after another, without an end: if the mean doesn't exceed
 * epsilon, the chance that the alarm is ever raised is at most alpha.
 *
 * The capital of bet j after losses x is Π (1 + λ_j (x - epsilon)). With λ = (m - epsilon) /
 * (epsilon (1 - epsilon)) and losses of 0 and 1 that is the likelihood ratio of the risk m to
 * epsilon, Π (m/epsilon)^x ((1 - m)/(1 - epsilon))^(1 - x). Its mean is at most 1 under the
 * hypothesis, and so is that of any average over bets and starting times: alarm once the average M
 * reaches 1 / alpha (Ville 1939; Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 2024). Half of the capital is staked from the start. Of the rest, 1
 * / log2(t + 2) is still held back after t losses, so that each doubling of the time gets a share
 * that shrinks only slowly.
 *
 * @param epsilon in (0, 1)
 * @param alpha in (0, 1)
 * @param losses their range, by default `bounded`
 * @throws OptionError for arguments out of range
 *
 * @example
 * let state = driftStart(0.01, 0.01);
 * for (const loss of losses) state = driftStep(state, loss);
 * state.alarm; // true: the median is about 1,170 losses at a risk of 2 %, 125 at 5 %
 */
export function driftStart(epsilon: number, alpha: number, losses: DriftLosses = 'bounded'): DriftState {
  if (!(epsilon > 0 && epsilon < 1))
    throw new OptionError('epsilon', `${epsilon}: expected a number between 0 and 1`);
  if (!(alpha > 0 && alpha < 1))
    throw new OptionError('alpha', `${alpha}: expected a chance between 0 and 1`);
  return fresh(epsilon, alpha, losses, 0);
}

/**
 * The test after one more loss.
 *
 * @param loss in [0, 1], or in [-1, 1] for paired losses
 * @throws DataError for a loss outside that range
 */
export function driftStep(state: DriftState, loss: number): DriftState {
  const { losses, epsilon, alpha, restarts } = state;
  const least = leastLoss(losses);
  if (!(loss >= least && loss <= 1))
    throw new DataError(`loss of sample ${state.samples} is ${loss}: expected a number from ${least} to 1`);
  const samples = state.samples + 1;
  const staked = (heldBack(samples - 1) - heldBack(samples)) / state.logCapitals.length;
  let capital = heldBack(samples);
  const logCapitals = stakes(losses, epsilon).map((lambda, j) => {
    const grown = logSum(state.logCapitals[j], log(staked)) + log1p(lambda * (loss - epsilon));
    capital += exp(grown);
    return grown;
  });
  const pValue = Math.min(state.pValue, 1 / capital);
  const alarm = state.alarm || pValue <= alpha / 2 ** restarts;
  return { ...state, samples, sum: state.sum + loss, logCapitals, pValue, alarm };
}

/** The least loss of a row: a row whose loss will never be known counts as this. */
export function leastLoss(losses: DriftLosses): number {
  return losses === 'paired' ? -1 : 0;
}

/**
 * The test after `count` equal losses of at most epsilon, in time logarithmic in `count`: never
 * more capital than {@link driftStep} would leave after the same losses, so that later losses raise
 * no alarm that it wouldn't.
 *
 * Such losses only shrink the staked capital, each by the factor q. Stakes made meanwhile are
 * summed over blocks of steps that double in length from the last step backwards. Stakes shrink
 * from step to step. Within a block each step counts with the last step's stake, and the rest of
 * the block's stakes counts as staked at its first step, which shrinks it most. Blocks are short
 * where stakes have hardly shrunk yet, so the bound loses little.
 *
 * @param loss from the least that the test allows to epsilon
 * @param count a whole number, 0 or more
 * @throws DataError for a loss out of that range
 *
 * @example
 * driftRun(state, 0, 1_000_000).samples; // state.samples + 1_000_000
 */
export function driftRun(state: DriftState, loss: number, count: number): DriftState {
  const { losses, epsilon, samples: before } = state;
  const least = leastLoss(losses);
  if (!(loss >= least && loss <= epsilon))
    throw new DataError(
      `a run of losses of ${loss} after sample ${before}: expected a number from ${least} to epsilon, ${epsilon}`,
    );
  if (count === 0) return state;
  const logCapitals = stakes(losses, epsilon).map((lambda, j) => {
    const logFactor = log1p(lambda * (loss - epsilon));
    const staked = stakedOver(before, count, logFactor) / state.logCapitals.length;
    return logSum(state.logCapitals[j] + count * logFactor, log(staked));
  });
  // The capital has only fallen, so the least p-value stays.
  return { ...state, samples: before + count, sum: state.sum + count * loss, logCapitals };
}

/** A lower limit on the capital that remains of stakes over `count` steps after `before`. */
function stakedOver(before: number, count: number, logFactor: number): number {
  let left = 0;
  for (let to = count, length = 1; to > 0; to -= length, length *= 2) {
    const from = Math.max(0, to - length);
    const steps = to - from;
    const whole = heldBack(before + from) - heldBack(before + to);
    const each = Math.min(whole / steps, heldBack(before + to - 1) - heldBack(before + to));
    // q + q² + … + q^steps.
    const powers = logFactor === 0 ? steps : (exp(logFactor) * expm1(steps * logFactor)) / expm1(logFactor);
    const rest = (whole - steps * each) * exp(steps * logFactor);
    left += exp((count - to) * logFactor) * (each * powers + rest);
  }
  return left;
}

/**
 * A restarted test, as after an alarm and a new certificate. The k-th restart tests at alpha / 2^k,
 * so that all restarts together raise a false alarm with a chance of at most alpha, however many
 * there are.
 */
export function driftRestart(state: DriftState): DriftState {
  return fresh(state.epsilon, state.alpha, state.losses, state.restarts + 1);
}

function fresh(epsilon: number, alpha: number, losses: DriftLosses, restarts: number): DriftState {
  const bets = stakes(losses, epsilon).length;
  const logCapitals = new Array<number>(bets).fill(log((1 - RESERVE) / bets));
  return { losses, epsilon, alpha, restarts, samples: 0, sum: 0, logCapitals, pValue: 1, alarm: false };
}

/** λ of each bet: below 1 / epsilon, where no loss would ruin it, or 1 / (1 + epsilon), where a gain would. */
function stakes(losses: DriftLosses, epsilon: number): number[] {
  return losses === 'paired'
    ? STAKES.map((share) => share / (1 + epsilon))
    : ODDS.map((odds) => (odds - 1) / (1 + (odds - 1) * epsilon));
}

/** The capital not yet staked after `samples` losses. */
function heldBack(samples: number): number {
  return RESERVE / log2(samples + 2);
}

/** ln(e^a + e^b). */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + log1p(exp(-Math.abs(a - b)));
}
