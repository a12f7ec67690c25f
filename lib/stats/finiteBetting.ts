import { DataError, OptionError } from '../errors.js';
import { exp, log, log1p } from '../math/index.js';

/** An anytime-valid test of one finite batch, as far as it has got: plain data, safe in JSON. */
export interface FiniteTest {
  /** Rows of the batch. */
  readonly rows: number;
  /** The hypothesis: the losses of all the batch's rows sum to this or more. */
  readonly total: number;
  readonly drawn: number;
  /** Sum of the losses drawn. */
  readonly sum: number;
  /** ln of each bet's capital. */
  readonly logCapitals: readonly number[];
  /** The smallest p-value so far; at level delta the hypothesis is rejected once it is <= delta, whenever that is. */
  readonly pValue: number;
}

/**
 * Each bet holds that the risk is this share of what the hypothesis makes it. None holds that it is 0, or the first loss
 * would ruin it for good; a sixty-fourth costs it a row or two.
 */
const SHARES = [1 / 64, 1 / 16, 1 / 8, 1 / 4, 1 / 2];

/**
 * A test of 'the losses of the batch sum to `total` or more', for rows drawn one by one at random without replacement and
 * looked at after each: one may stop at any time, for any reason, with a p-value that holds.
 *
 * Under the hypothesis the next loss has, given those drawn, a mean of at least μ = (total - sum) / (rows - drawn), so the
 * capital of a bet, Π (1 - λ (x - μ)) with λ in [0, 1 / (1 - μ)), grows by no more than chance; the average over bets is an
 * e-value (Waudby-Smith and Ramdas, "Confidence sequences for sampling without replacement", NeurIPS 2020, and "Estimating
 * means of bounded random variables by betting", JRSS B 2024, section 5). For losses of 0 and 1 each bet is the ratio of
 * two likelihoods: of a risk of a share of μ, and of μ.
 *
 * @param rows at least 1
 * @param total more than 0. 'The mean loss is at most epsilon' is shown by rejecting rows · epsilon; for losses of 0 and
 *   1, sooner, by rejecting the next whole number above that
 * @throws OptionError for arguments out of range
 *
 * @example
 * let test = finiteStart(1_814, 19); // is the risk at most 1 %?
 * while (test.pValue > 0.05) test = finiteStep(test, await ask(next()));
 */
export function finiteStart(rows: number, total: number): FiniteTest {
  if (!(Number.isInteger(rows) && rows > 0))
    throw new OptionError('rows', `${rows}: expected a whole number above 0`);
  if (!(total > 0)) throw new OptionError('total', `${total}: expected a sum of losses above 0`);
  const logCapitals = SHARES.map(() => -log(SHARES.length));
  return { rows, total, drawn: 0, sum: 0, logCapitals, pValue: total > rows ? 0 : 1 };
}

/**
 * The test after one more row, which the losses so far must not have helped to choose among those left.
 *
 * @param loss in [0, 1]
 * @throws DataError for a loss outside [0, 1], or more rows than the batch has
 */
export function finiteStep(test: FiniteTest, loss: number): FiniteTest {
  if (test.drawn === test.rows)
    throw new DataError(`all ${test.rows} rows of the batch were drawn: expected no further loss`);
  if (!(loss >= 0 && loss <= 1)) {
    throw new DataError(
      `loss of draw ${test.drawn} is ${loss}: a bounded loss must be between 0 and 1; scale it to that`,
    );
  }
  const mean = (test.total - test.sum) / (test.rows - test.drawn);
  // At 0 and below the hypothesis is sure to hold, at 1 and above it stands or falls without a bet.
  const open = mean > 0 && mean < 1;
  const logCapitals = test.logCapitals.map((log, j) =>
    open ? log + log1p((-(1 - SHARES[j]) * (loss - mean)) / (1 - mean)) : log,
  );
  const [drawn, sum] = [test.drawn + 1, test.sum + loss];
  // A sum of many losses is rounded.
  const impossible = test.total - sum > test.rows - drawn + 1e-12 * test.rows;
  const capital = logCapitals.reduce((all, log) => all + exp(log), 0);
  const pValue = impossible ? 0 : Math.min(test.pValue, 1 / capital);
  return { ...test, drawn, sum, logCapitals, pValue };
}
