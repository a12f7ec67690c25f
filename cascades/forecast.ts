import { withOwnArrays } from '../lib/data/rows/index.js';
import { forecastOf, tuneFlow } from './price/index.js';
import {
  approximateOf,
  type Problem,
  problemOf,
  type RegressionOptions,
  type SettledOptions,
  type TuneOptions,
} from './problem/index.js';
import type { Forecast, Label } from './types/index.js';

/**
 * The most rows that `tune` will request of each feature, and of a full model that is given trained, with their cost.
 * It draws the rows as tuning does, and requests nothing.
 *
 * Money is the number of requests times their `price`. A lookup gets fewer requests than forecast where rows share
 * keys. Retries after failures aren't forecast: `maxPrice` stops tuning where they would exceed it.
 *
 * @param options as for `tune`; `maxPrice` is ignored
 * @returns rows, by feature and step, and money
 * @throws OptionError, DataError for invalid options or data
 * @example
 * const { features, price } = await forecast(options);
 * features.embedding.rows; // of 10,000 rows 10224: each once, and 224 once more
 */
export function forecast<Row, Name extends string>(
  options: RegressionOptions<Row, Name>,
): Promise<Forecast<Name>>;
export function forecast<Row, L extends Label, Name extends string>(
  options: TuneOptions<Row, L, Name>,
): Promise<Forecast<Name>>;
export async function forecast<Row, L extends Label, Name extends string>(
  given: TuneOptions<Row, L, Name>,
): Promise<Forecast<Name>> {
  const own = withOwnArrays(given, 'labels');
  const certify = withOwnArrays(given?.certify, 'labels');
  const options = { ...own, ...(certify && { certify }), full: await given?.full };
  return forecastTune(options, await problemOf(options));
}

/** The same of a problem that was read. */
export function forecastTune<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  { split, certification, asksTwice }: Problem<Row, L>,
): Forecast<Name> {
  const { features, full, profile } = options;
  const count = features.names.length;
  const flow = tuneFlow(split, certification.rows.length, count, profile === undefined, asksTwice);
  return forecastOf(features, 'fit' in full ? undefined : full, approximateOf(options), flow);
}
