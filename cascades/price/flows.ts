import { HALVES_SIZES, mostMeasured, mostTimed, SERVED_SIZES } from '../../lib/costs/index.js';
import { TRIED } from '../costs/index.js';
import type { RowSplit } from '../problem/index.js';
import { rowsAskedAgain } from '../scoring/index.js';
import { LARGE, rowsReread, rowsRescored } from '../stability/index.js';
import type { Workflow } from './forecast.js';

/** Rows that a model for a ranker's stages is compared on which was trained elsewhere. */
export const COMPARED = 64;
/** Shuffles of a feature over the rows that measure importance: see `importances`. */
const SHUFFLES = 5;
/** Rows of a feature in batches of light and of heavy rows: see `halfSubjects`. */
const HALVES = 2 * mostMeasured([8, 64]);
/** The same of a model: see `measureServing`. */
const MODEL_HALVES = 2 * mostTimed(HALVES_SIZES);

/** The most rows that measuring a feature or a model requests. */
export interface MeasuredRows {
  /** For a feature, in small batches. */
  readonly small: number;
  /** For a feature or a model, in batches as they are served. */
  readonly served: number;
}

/** For measurements on consecutive rows. */
const IN_TURN: MeasuredRows = { small: mostMeasured(), served: mostTimed(SERVED_SIZES) };

/**
 * The requests of `tune`.
 *
 * @param certification rows that certify
 * @param features number of features
 * @param isMeasured whether there is no profile yet
 * @param asksTwice whether the full model is asked twice about each certification row, and of others again about a few
 */
export function tuneFlow(
  split: RowSplit,
  certification: number,
  features: number,
  isMeasured: boolean,
  asksTwice = false,
): Workflow {
  const development = split.development.length;
  const { fit, rounds, scored } = split;
  // Rows that no fold scores are scored once, so that some of them can be compared.
  const unscored = scored.length < development ? Math.min(LARGE, development) : 0;
  return {
    rows: development + certification,
    feature: { features: development + rowsReread(development), certify: certification },
    full: asksTwice
      ? { 'full model': development + rowsAskedAgain(scored.length), certify: 2 * certification }
      : { 'full model': development, stages: rowsRescored(development, true), certify: certification },
    stage: {
      profile: Math.min(TRIED, development),
      stages: scored.length + rowsRescored(development, false) + unscored,
      // Two chains may have stages of it.
      certify: 2 * certification,
    },
    stageOfRows: {
      profile: Math.min(TRIED, development),
      stages: scored.length + rowsRescored(development, true) + unscored,
      certify: certification,
    },
    learning: rounds.reduce((sum, round) => sum + 2 * round.fit.length + round.score.length, fit.length),
    measuring: isMeasured ? measuring(features, scored.length, IN_TURN) : NOTHING,
  };
}

/**
 * The requests of `tuneTopK`, for training rows and for rows of queries.
 *
 * @param folds 0 where nothing is folded
 * @param measured rows that measuring requests on candidates of queries; undefined if there is a
 * profile
 */
export function topKFlow(
  rows: { readonly training: number; readonly tuning: number; readonly certification: number },
  folds: number,
  features: number,
  measured: MeasuredRows | undefined,
): Workflow {
  const { training, tuning, certification } = rows;
  return {
    rows: training + tuning + certification,
    feature: { features: training + rowsReread(training), 'full model': tuning, certify: certification },
    full: { 'full model': training + tuning, stages: rowsRescored(training, true), certify: certification },
    stage: {
      profile: Math.min(TRIED, training),
      stages: tuning + COMPARED + rowsRescored(training, false),
      certify: certification,
    },
    // A fold is fitted on the other folds; their rows are computed along with its own.
    learning: training + (folds > 1 ? (folds - 1) * training + folds * training : 0),
    measuring: measured ? measuring(features, training, measured) : NOTHING,
  };
}

const NOTHING: Workflow['measuring'] = { feature: 0, full: 0, stage: 0 };

/** @param held rows that measure importance */
function measuring(features: number, held: number, { small, served }: MeasuredRows): Workflow['measuring'] {
  const model = mostMeasured() + served;
  const importance = (1 + SHUFFLES * features) * held;
  return {
    feature: small + HALVES + served,
    full: model + MODEL_HALVES + importance,
    // A model that reads little and one that reads much; of a given one, twice the same.
    stage: 2 * model + MODEL_HALVES,
  };
}
