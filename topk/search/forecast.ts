import {
  approximateOf,
  type Forecast,
  forecastOf,
  type Label,
  type MeasuredRows,
  topKFlow,
} from '../../cascades/internal.js';
import {
  type SettledTopKOptions,
  type TopKOptions,
  type TopKProblem,
  topKProblem,
} from '../problem/index.js';
import { STREAM_BATCH } from '../serve/index.js';
import { mostOnCandidates } from './candidateBatches.js';
import { MOST_ON_SURVIVORS } from './survivorCosts.js';
import { MOST_FOLDS } from './training.js';

/**
 * The most rows that `tuneTopK` will request of each feature, and of a full model that is given trained, with their
 * cost: as {@link forecast}. It draws the queries as tuning does, and requests nothing.
 *
 * @param options as for `tuneTopK`; `maxPrice` is ignored
 * @returns rows, by feature and step, and money
 * @throws OptionError, DataError for invalid options or data
 * @example
 * (await forecastTopK(options)).features.embedding.steps.certify; // candidates of the queries that certify, each once
 */
export async function forecastTopK<Row, L extends Label, Name extends string>(
  given: TopKOptions<Row, L, Name>,
): Promise<Forecast<Name>> {
  const options = { ...given, full: await given?.full };
  return forecastRanker(options, topKProblem(options));
}

/** The same of a problem that was read. */
export function forecastRanker<Row, L extends Label, Name extends string>(
  options: SettledTopKOptions<Row, L, Name>,
  { rows, tuning, certification }: TopKProblem<Row, L>,
): Forecast<Name> {
  const { features, full, profile } = options;
  const isLearner = 'fit' in full;
  const flow = topKFlow(
    { training: rows.length, tuning: tuning.rows.length, certification: certification.rows.length },
    isLearner ? MOST_FOLDS : 0,
    features.names.length,
    profile === undefined ? measured() : undefined,
  );
  return forecastOf(features, isLearner ? undefined : full, approximateOf(options), flow);
}

function measured(): MeasuredRows {
  const { small, served } = mostOnCandidates(STREAM_BATCH);
  return { small, served: served + MOST_ON_SURVIVORS };
}
