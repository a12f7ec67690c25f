import type { Label } from '../cascades/index.js';
import { BATCH_LOSSES, type BatchLoss } from '../cascades/internal.js';
import {
  checkDelta,
  checkFeatureSet,
  checkFunction,
  checkInside,
  checkKeys,
  checkOneOf,
  checkSeed,
  checkSignal,
  checkWhole,
  show,
} from '../lib/check.js';
import { DataError, OptionError } from '../lib/errors.js';
import { checkSource, type Feature, type FeatureSet, type Source } from '../lib/features/define/index.js';
import type { Learner } from '../lib/learn/learners/index.js';
import type { TrainedModel } from '../lib/models/full/index.js';
import type { Timer } from '../lib/util/timer.js';
import type { MapForecast } from './forecast/index.js';
import type { Payments } from './rowBudget.js';
import type { ChooseTraining } from './training.js';

/** What `mapRows` is doing. */
export interface MapProgress {
  /** In this order. `training` may come in several rounds; `search` and `score` ask nothing. */
  readonly step: 'pilot' | 'training' | 'search' | 'score' | 'sample' | 'rest';
  /** The share of the step that is done, 0 … 1. */
  readonly share: number;
  /** Questions that were asked up to now: each different row is one, or two where it is asked about twice. */
  readonly asked: number;
  /** Money spent up to now. */
  readonly spent: number;
  /** Seconds that are left of asking, by the pace so far; absent before a forecast. */
  readonly remaining?: number;
}

/** What is promised of a table. */
export interface MapBound {
  /**
   * `disagreement`: at most epsilon of the answers differ from the one that a whole run of the model would have given each row.
   * `excessDisagreement`, for a model that doesn't always agree with itself: that share less the share of rows on which it
   * would itself answer otherwise, asked once more. Rows of the sample are asked about twice. @defaultValue 'disagreement'
   */
  readonly loss?: BatchLoss;
  readonly epsilon: number;
  /** @defaultValue 0.05 */
  readonly delta?: number;
}

/** Options of `mapRows`. */
export interface MapOptions<Row, L extends Label, Name extends string = string> {
  /** All rows of the table. Those that are equal are one question. */
  readonly rows: readonly Row[];
  /** The language model, or any model of rows with classes: `chatModel`, `fromRows`, `recorded`. */
  readonly full: TrainedModel<L> | Promise<TrainedModel<L>>;
  /** The text of a row: the cheap stages read its words and its characters. Needed where there are no `features`. */
  readonly text?: Source<Row, string>;
  /** A feature that embeds the text, for the cheap stages beside its words. @defaultValue none */
  readonly embedding?: Feature<Row>;
  /** What the cheap stages read instead. @defaultValue words and characters of `text` */
  readonly features?: FeatureSet<Row, Name>;
  /** What the model reads of a row: rows that are alike in it are one question. @defaultValue the row */
  readonly reads?: (row: Row) => unknown;
  /** Learners for the stages. @defaultValue logistic regression */
  readonly approximate?: Learner | readonly Learner[];
  /** What holds of the table's answers, except with a chance of delta. */
  readonly bound: MapBound;
  /** Rows of the pilot. They train, and never certify. @defaultValue 200 */
  readonly pilot?: number;
  /**
   * Of the pilot's rows, how many are asked about twice, to see how often the model changes its mind. @defaultValue 0, in
   * excess all of them
   */
  readonly twice?: number;
  /**
   * Rows to train on, the pilot's included. Rows that the model has to answer in any case, since hardly any plan would let them
   * out, train as well: they come on top, and are asked about early (not in excess). @defaultValue what is expected to ask the
   * least in all
   */
  readonly training?: number;
  /** Chooses half of the rows to train on; the others are random. @defaultValue those that a student knows least of */
  readonly chooseTraining?: ChooseTraining<Row>;
  /**
   * Whether to test the promise for new rows, too, on the same sample: the result then has a cascade to save, at a
   * delta of its own. `true` for the same epsilon and delta. @defaultValue false
   */
  readonly newRows?: boolean | { readonly epsilon?: number; readonly delta?: number };
  /** Go on though a constant answer would meet the bound. @defaultValue false */
  readonly allowVacuous?: boolean;
  /** What answers cost. @defaultValue as the model counts it (`chatModel` does), else its `price`, money a row */
  readonly payments?: Payments;
  /** Whether the model is asked at the batch price, and what that is of the live price. @defaultValue as `payments` say; false, 0.5 */
  readonly batchPrice?: { readonly isUsed: boolean; readonly share: number };
  /** Money, above 0: no more is spent. @defaultValue no limit */
  readonly maxPrice?: number;
  /** Of pilot, training rows and fits. @defaultValue 0 */
  readonly seed?: number | string;
  /**
   * The seed of the sample, a text: the promise is over its draw. Give it only to go on with a run that was stopped, and
   * never choose one by its results. @defaultValue nobody can foresee it
   */
  readonly sampleSeed?: string;
  /**
   * Asked with the forecast after the pilot, before anything more is spent, and again if the run turns out dearer than that, or
   * if no plan passes and the model has to answer all: whether to go on. @defaultValue it goes on
   */
  readonly onForecast?: (forecast: MapForecast) => boolean | Promise<boolean>;
  readonly onProgress?: (progress: MapProgress) => void;
  /** Aborts the call, which then rejects with its reason. What was answered is kept by the model's journal. */
  readonly signal?: AbortSignal;
  /** The source of time; tests pass their own. @defaultValue the machine's own */
  readonly timer?: Timer;
}

const KNOWN = [
  ...[
    'rows',
    'full',
    'text',
    'embedding',
    'features',
    'reads',
    'approximate',
    'bound',
    'pilot',
    'twice',
    'training',
  ],
  ...[
    'chooseTraining',
    'newRows',
    'allowVacuous',
    'payments',
    'batchPrice',
    'maxPrice',
    'seed',
    'sampleSeed',
  ],
  ...['onForecast', 'onProgress', 'signal', 'timer'],
];

/** The fewest rows of a pilot that tell anything. */
const LEAST_PILOT = 40;
export const PILOT = 200;

/** @throws OptionError, DataError at the first thing that can't be right */
export function checkMapOptions<Row, L extends Label, Name extends string>(
  options: MapOptions<Row, L, Name>,
  full: TrainedModel<L>,
): void {
  checkKeys(options, KNOWN);
  const { rows, bound, text, features, pilot, twice, training, newRows, maxPrice } = options;
  if (!Array.isArray(rows)) throw new OptionError('rows', `expected an array, got ${show(rows)}`);
  if (rows.length === 0) throw new DataError('rows: there are none; expected the rows of a table');
  checkModel(full);
  if (features === undefined && text === undefined)
    throw new OptionError('text', 'missing: the cheap stages read the text of a row, or features of yours');
  if (text !== undefined) checkSource(text, 'text');
  if (features !== undefined) checkFeatureSet(features);
  checkKeys(bound, ['loss', 'epsilon', 'delta'], 'bound.');
  if (bound.loss !== undefined) checkOneOf('bound.loss', bound.loss, BATCH_LOSSES);
  checkBoundAt('bound', bound);
  if (typeof newRows === 'object' && newRows !== null) {
    checkKeys(newRows, ['epsilon', 'delta'], 'newRows.');
    checkBoundAt('newRows', { ...bound, ...newRows });
  } else if (newRows !== undefined && typeof newRows !== 'boolean') {
    throw new OptionError('newRows', `expected true, false or { epsilon, delta }, got ${show(newRows)}`);
  }
  if (bound.loss === 'excessDisagreement' && newRows !== undefined && newRows !== false)
    throw new OptionError(
      'newRows',
      "isn't tested in excess: leave it out, and for new rows tune a cascade with the loss 'excessDisagreement'",
    );
  if (pilot !== undefined) checkWhole('pilot', pilot, LEAST_PILOT);
  if (twice !== undefined) checkWhole('twice', twice, 0, pilot ?? PILOT);
  if (training !== undefined) checkWhole('training', training, pilot ?? PILOT);
  if (maxPrice !== undefined && !(typeof maxPrice === 'number' && maxPrice > 0))
    throw new OptionError('maxPrice', `expected an amount of money above 0, got ${show(maxPrice)}`);
  const { batchPrice } = options;
  if (batchPrice !== undefined) {
    checkKeys(batchPrice, ['isUsed', 'share'], 'batchPrice.');
    const { share } = batchPrice;
    if (!(share > 0 && share <= 1))
      throw new OptionError('batchPrice.share', `expected a share above 0 and at most 1, got ${show(share)}`);
  }
  if (options.seed !== undefined) checkSeed('seed', options.seed);
  if (
    options.sampleSeed !== undefined &&
    (typeof options.sampleSeed !== 'string' || options.sampleSeed === '')
  )
    throw new OptionError('sampleSeed', `expected a text, got ${show(options.sampleSeed)}`);
  for (const name of ['reads', 'chooseTraining', 'onForecast', 'onProgress'] as const)
    if (options[name] !== undefined) checkFunction(name, options[name]);
  checkSignal(options.signal);
}

function checkModel(full: TrainedModel<unknown>): void {
  if (
    typeof full !== 'object' ||
    full === null ||
    typeof full.score !== 'function' ||
    !Array.isArray(full.labels)
  )
    throw new OptionError(
      'full',
      `expected a model of rows with labels, as chatModel makes it, got ${show(full)}`,
    );
  if (full.readsRows !== true)
    throw new OptionError(
      'full',
      'reads features; expected a model of rows, as chatModel and fromRows make it',
    );
}

function checkBoundAt(
  name: string,
  { epsilon, delta }: { readonly epsilon: number; readonly delta?: number },
): void {
  checkInside(`${name}.epsilon`, epsilon);
  if (delta !== undefined) checkDelta(`${name}.delta`, delta);
}
