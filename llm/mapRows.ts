import type { Label } from '../cascades/index.js';
import type { MappedRows } from './mapped.js';
import { checkMapOptions, type MapOptions } from './options.js';
import { MapRun } from './run.js';

/**
 * Classifies every row of a table by a language model, and asks it about a part of the rows only: of all answers at most
 * epsilon differ from the model's own, except with a chance of delta.
 *
 * 1. A pilot of 200 random rows is asked about. It tells what a row costs, how many answers can't be read, and what a
 *    cheap student learns from them: `onForecast` gets the forecast, and says whether to go on.
 * 2. More rows are asked about, half of them random, the others those that a student knows least of; then, in up to three rounds,
 *    some of those that no stage would ever be sure of (not in excess). `tune`'s search finds cheap stages on all of them.
 * 3. A random sample of the rows that stages would answer is asked about. It certifies this table's answers (see
 *    `cascade.certifyBatch`); rows that stages aren't sure of are asked about.
 *
 * Rows that are equal are one question. Where nothing can be gained the model answers all, if `onForecast` allows it.
 * The promise is against the one answer a row that a whole run would have given. How often the model contradicts itself
 * is another matter, which `twice` tells; with `bound.loss: 'excessDisagreement'` so much may differ besides: sampled rows
 * are then asked about twice.
 *
 * @returns an answer for every row, its certificate and what was spent; where the budget ended it, what there is
 * @throws OptionError, DataError for invalid options or rows; PriceLimitError where the forecast exceeds `maxPrice`;
 *   VacuousBound where a constant answer would meet the bound; what the model throws; the signal's reason
 * @example
 * const { answers, certificate } = await mapRows({
 *   rows: mails, text: (mail: Mail) => mail.body, full: chatModel({ … }),
 *   bound: { epsilon: 0.05 }, maxPrice: 5, onForecast: ({ certified }) => certified.money.high < 4,
 * });
 */
export async function mapRows<Row, L extends Label>(given: MapOptions<Row, L>): Promise<MappedRows<Row, L>> {
  const full = await given?.full;
  checkMapOptions(given, full);
  // The caller may change its array while something is waited for.
  return new MapRun({ ...given, rows: given.rows.slice() }, full).run();
}
