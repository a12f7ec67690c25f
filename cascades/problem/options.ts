import {
  checkDate,
  checkFeatureSet,
  checkFlag,
  checkFunction,
  checkInside,
  checkKeys,
  checkOneOf,
  checkSeed,
  checkSignal,
  checkWhole,
  show,
} from '../../lib/check.js';
import type { Clock, Objective, Profile } from '../../lib/costs/index.js';
import type { ReadRows } from '../../lib/data/rows/index.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { FitThreads } from '../../lib/learn/fits/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import type { TrainedRegression } from '../../lib/models/full/index.js';
import { type Patience, patient, systemTimer, type Timer } from '../../lib/run/runtime/index.js';
import type { Forecast, Label, Repeats, Step } from '../types/index.js';
import { approximateOf } from './approximate.js';
import { type Bound, checkBound, lossNeedingLabels } from './bound.js';
import { type Budget, checkBudget } from './budget.js';
import type { DecisionOption } from './decision.js';
import { EFFORTS, type Effort } from './effort.js';
import { checkFidelities } from './fidelities.js';
import { checkFull, type FullOption, isRegression } from './full.js';
import { checkLabels } from './labels.js';
import { callIt, checkFittedOn, checkLearners } from './learners.js';
import { checkPrices } from './objective.js';
import type { Split } from './split/index.js';
import { checkRows } from './survey.js';

/**
 * Rows in an array, or a function that reads them: each call gives the same rows in the same order.
 * A row that changes from one call to the next is refused.
 */
export type RowsOption<Row> = readonly Row[] | ReadRows<Row>;

/** Labels: an array or a typed array with one for each row, or a function of a row. */
export type Labels<Row, L> = ArrayLike<L> | ((row: Row) => L);

/** Options of `tune`. */
export interface TuneOptions<Row, L extends Label, Name extends string> {
  /** The features of a row, from `define`. */
  readonly features: FeatureSet<Row, Name>;
  /**
   * Rows drawn like future ones, independent of each other except for `groups`; they are split, see
   * `split`. An array, or a function that begins to read them, called some five times: then they
   * are never all in memory.
   */
  readonly rows: RowsOption<Row>;
  /**
   * Classes, or for regression numbers: one for each row, or a function that gives a row's. Optional
   * only where `full` is trained and the loss needs none.
   */
  readonly labels?: Labels<Row, L> | undefined;
  /**
   * The reference: a learner to train on the rows, or a trained model that hasn't seen them, or a promise of one, as
   * adapters return it. Its task decides whether this is regression.
   */
  readonly full: FullOption<L> | Promise<FullOption<L>>;
  /**
   * Learners for the stages. @defaultValue `full` where that is a learner, else what `full` carries as `approximate`,
   * else logistic or ridge regression, and boosted trees where a feature has missing values. Beside boosted trees and
   * forests also small trees of their options, and a linear model that can take the features
   */
  readonly approximate?: Learner | readonly Learner[];
  /** The loss allowed against the full model, and the chance that it is exceeded. */
  readonly bound: Bound<NoInfer<L>>;
  /** @defaultValue `{ certify: 0.4, folds: 5 }` */
  readonly split?: Split<Row>;
  /**
   * Separate rows for the certificate, drawn as future rows will be. None may equal one of `rows`, or have a group
   * that `rows` has, unless `repeats` is true.
   */
  readonly certify?: {
    readonly rows: RowsOption<Row>;
    readonly labels?: Labels<Row, L> | undefined;
    /** @defaultValue `repeats` */
    readonly repeats?: Repeats;
  };
  /**
   * What equal rows are. `true`: draws of their own, since inputs repeat by nature; the promise is about all rows.
   * `'copies'`: copies of one (oversampling, a join, a file read twice); they stay in one part, count once, and the
   * promise is about originals. `false`: either, and the promise holds in both cases, which takes more rows.
   * @defaultValue false
   */
  readonly repeats?: Repeats;
  /** The group of a row, where rows aren't independent. Groups stay whole, and the bound is on the mean over groups. */
  readonly groups?: (row: Row) => string | number;
  /** How probabilities become an answer. @defaultValue what `full` carries as `decision`, else the likeliest class */
  readonly decision?: DecisionOption<NoInfer<L>>;
  /** An earlier measurement: with it, the same rows and seed give the same plan. */
  readonly profile?: Profile<Name>;
  /**
   * What fits may take: multiplications; `{ fits }`, as many times what one fit of the full model takes; or
   * `{ seconds }` for all of `tune`, with which the plan depends on the machine. @defaultValue 2e11
   */
  readonly budget?: Budget;
  /** How much of the search is tried in full. @defaultValue 'default' */
  readonly effort?: Effort;
  /**
   * How many cheaper versions of features, such as a text's first characters, are derived and tried as features of
   * stages: of all features together, 64 at most; `false` or 0 for none. Or their names by feature, the cheapest
   * first: `{ body: ['sentence300', '1000'] }`. With a `profile`, they are those that it has. @defaultValue 4
   */
  readonly fidelities?: number | false | { readonly [feature in NoInfer<Name>]?: readonly string[] };
  /**
   * Worker threads for the fits of built-in learners: `fitThreads` of `spillway/threads` gives them. The plan is the
   * same, bit for bit, for any number of them. @defaultValue all fits run on the caller's thread
   */
  readonly threads?: FitThreads;
  /**
   * Path of a file that keeps what fits and measurements have found. A call with the same rows and options goes on
   * from it and finds the same plan, bit for bit. Features are computed again, and learners of your own fitted again.
   * The file is deleted when the call succeeds. @defaultValue none
   */
  readonly checkpoint?: string;
  /**
   * What plans are compared by: processor time of rows in batches (`throughput`), time of a row alone (`latency`), or
   * money (`price`). @defaultValue `price` where the full model bills each request, as a language model does; `latency`
   * where a feature or the full model waits for answers, as lookups do; `price` where something has one; else
   * `throughput`
   */
  readonly objective?: Objective;
  /** @defaultValue 0 */
  readonly seed?: number | string;
  /** Tune even if a constant answer would meet the bound. @defaultValue false */
  readonly allowVacuous?: boolean;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
  /**
   * Called with the progress of each step. The first event has the forecast of requests and costs: see
   * {@link forecast}.
   */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Money, 0 or more, in the unit of the prices of features and models. Tuning requests nothing if the forecast
   * exceeds it, and stops before retries would. @defaultValue no limit
   */
  readonly maxPrice?: number;
  /** @defaultValue the machine's own */
  readonly clock?: Clock;
  /** The date in the cascade's file: give it where the same call must give the same file. @defaultValue now */
  readonly date?: Date;
  /**
   * Milliseconds after which tuning gives up on a feature's promise, for one batch of at most 1,024 rows or for its
   * `fit`. The error names the feature. In service, a call's `deadlineMs` limits the wait.
   * @defaultValue 1_800_000, half an hour
   */
  readonly featureTimeoutMs?: number;
  /** The timer behind `featureTimeoutMs`; tests pass their own. @defaultValue the machine's own */
  readonly timer?: Timer;
}

/** Options of `tune` for regression: the full model has that task, and labels are numbers. */
export interface RegressionOptions<Row, Name extends string>
  extends Omit<TuneOptions<Row, number, Name>, 'full' | 'decision'> {
  /** The reference: a learner of numbers, or a trained model of numbers. */
  readonly full: (Learner & { readonly task: 'regression' }) | TrainedRegression | Promise<TrainedRegression>;
  readonly decision?: never;
}

/** Options of `tune` after a promised full model has settled. */
export interface SettledOptions<Row, L extends Label, Name extends string> extends TuneOptions<Row, L, Name> {
  readonly full: FullOption<L>;
}

/** The progress of `tune`. */
export interface Progress {
  readonly step: Step;
  /** The share of the step that is done, 0 … 1. */
  readonly share: number;
  /** Seconds that are probably left of `tune`, by the pace so far. Absent from the first events. */
  readonly remaining?: number;
  /** A sentence for whoever waits: that there is little to gain. */
  readonly note?: string;
  /**
   * The requests to each feature and to a full model that is given trained. Only the first event has it, before any
   * request.
   */
  readonly forecast?: Forecast;
}

/** The options of `tune` by name. */
export const TUNE_OPTIONS = [
  'features',
  'rows',
  'labels',
  'full',
  'approximate',
  'bound',
  'split',
  'certify',
  'repeats',
  'groups',
  'decision',
  'profile',
  'budget',
  'effort',
  'fidelities',
  'threads',
  'checkpoint',
  'objective',
  'seed',
  'allowVacuous',
  'signal',
  'onProgress',
  'maxPrice',
  'clock',
  'date',
  'featureTimeoutMs',
  'timer',
];

/** @throws OptionError or DataError at the first thing that can't be right. */
export function checkTuneOptions<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
): void {
  checkKeys(options, TUNE_OPTIONS);
  checkShared(options);
  const { rows, labels, full, bound, certify, split } = options;
  checkRows('rows', rows);
  if (Array.isArray(rows) && rows.length === 0)
    throw new DataError('rows: there are none; expected the rows to tune on');
  const numeric = isRegression(full);
  if (numeric && options.decision !== undefined) {
    throw new OptionError('decision', 'is for classes; the answer of regression is its number');
  }
  checkBound(bound, options.groups !== undefined);
  const loss = lossNeedingLabels(bound, labels !== undefined);
  if (labels === undefined) {
    if ('fit' in full) throw new OptionError('labels', 'missing; a learner as full model is trained on them');
    if (loss !== undefined) throw new OptionError('labels', `missing; the loss '${loss}' compares with them`);
  } else checkGiven('labels', labels, rows, numeric);
  if (certify !== undefined) {
    checkKeys(certify, ['rows', 'labels', 'repeats'], 'certify.');
    checkRepeats('certify.repeats', certify.repeats);
    checkRows('certify.rows', certify.rows);
    if (Array.isArray(certify.rows) && certify.rows.length === 0) {
      throw new OptionError('certify.rows', 'expected at least one row');
    }
    if (certify.labels !== undefined) checkGiven('certify.labels', certify.labels, certify.rows, numeric);
    else if (loss !== undefined)
      throw new OptionError('certify.labels', `missing; the loss '${loss}' needs them`);
  }
  if (typeof split !== 'function' && split !== undefined) {
    checkKeys(split, ['certify', 'folds'], 'split.');
    if (split.certify !== undefined) checkInside('split.certify', split.certify);
    if (split.folds !== undefined) checkWhole('split.folds', split.folds, 2);
  }
  if (options.groups !== undefined) checkFunction('groups', options.groups);
  checkRepeats('repeats', options.repeats);
  if (options.date !== undefined) checkDate('date', options.date);
  if (options.allowVacuous !== undefined) checkFlag('allowVacuous', options.allowVacuous);
  if (options.budget !== undefined) checkBudget(options.budget);
  if (options.effort !== undefined) checkOneOf('effort', options.effort, EFFORTS);
  checkFidelities(options);
  checkCheckpoint(options.checkpoint);
}

/** Options that mean the same to `tune` and `tuneTopK`. */
export const SHARED_OPTIONS = [
  ...['features', 'approximate', 'profile', 'threads', 'objective', 'seed'],
  ...['signal', 'maxPrice', 'clock', 'featureTimeoutMs', 'timer'],
] as const;

export type SharedOption = (typeof SHARED_OPTIONS)[number];

/** Checks the options that `tune` and `tuneTopK` share. @throws OptionError */
export function checkShared<Row, L extends Label, Name extends string>(
  options: Pick<SettledOptions<Row, L, Name>, SharedOption | 'full' | 'onProgress'>,
): void {
  const { features, full, signal, seed, threads, objective, profile, onProgress, maxPrice } = options;
  checkFeatureSet(features);
  checkFull(full, features);
  const learners = approximateOf(options);
  checkLearners(learners, isRegression(full), features);
  checkFittedOn('full', full);
  for (const learner of learners) checkFittedOn('approximate', learner);
  checkSignal(signal);
  checkTimeout(options.featureTimeoutMs);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  if (maxPrice !== undefined) checkMaxPrice(maxPrice, features, full, learners);
  if (seed !== undefined) checkSeed('seed', seed);
  checkThreads(threads);
  if (objective !== undefined) checkOneOf('objective', objective, ['throughput', 'latency', 'price']);
  if (profile !== undefined) checkProfile(profile, features.names, learners);
  if (objective === 'price') checkPrices('objective', options);
}

/** @throws OptionError for what equal rows can't be */
export function checkRepeats(name: string, repeats: unknown): void {
  if (repeats !== undefined && repeats !== 'copies') checkFlag(name, repeats, "true, false or 'copies'");
}

function checkCheckpoint(path: string | undefined): void {
  if (path === undefined || (typeof path === 'string' && path !== '')) return;
  throw new OptionError('checkpoint', `expected the path of a file, got ${show(path)}`);
}

function checkThreads(threads: FitThreads | undefined): void {
  if (threads === undefined || (typeof threads?.run === 'function' && threads.memory > 0)) return;
  throw new OptionError(
    'threads',
    `expected threads from fitThreads() of spillway/threads, got ${show(threads)}${callIt(threads)}`,
  );
}

/** Labels are checked at once where rows are, and else when the rows are read. */
function checkGiven<Row, L>(
  name: string,
  labels: Labels<Row, L>,
  rows: readonly Row[] | ReadRows<Row>,
  numeric: boolean,
): void {
  if (typeof labels === 'function') return;
  if (typeof rows !== 'function') checkLabels(name, labels, rows.length, numeric);
  else if (!Array.isArray(labels))
    throw new OptionError(name, `expected an array, or a function of a row, got ${show(labels)}`);
}

/** @throws OptionError for a limit that is none, or where nothing has a price that it could limit */
function checkMaxPrice<Row>(
  maxPrice: unknown,
  features: FeatureSet<Row>,
  full: FullOption<unknown>,
  learners: readonly Learner[],
): void {
  if (typeof maxPrice !== 'number' || !(maxPrice >= 0)) {
    throw new OptionError('maxPrice', `expected an amount of money, 0 or more, got ${show(maxPrice)}`);
  }
  const isPaid = ({ price = 0 }: { readonly price?: number | undefined }) => price > 0;
  const models = 'fit' in full ? learners : [full, ...learners];
  if (models.some(isPaid) || features.names.some((name) => isPaid(features.get(name)))) return;
  throw new OptionError(
    'maxPrice',
    "limits nothing: no feature has a price, and no model that is given trained; give what is paid a 'price', money a row",
  );
}

/** The longest that a timer of Node's can wait. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
const FEATURE_TIMEOUT = 1_800_000;

export function checkTimeout(featureTimeoutMs: number | undefined): void {
  if (featureTimeoutMs !== undefined) checkWhole('featureTimeoutMs', featureTimeoutMs, 1, LONGEST_TIMEOUT);
}

/** The limit on waiting for features' promises. */
export function patienceOf({
  featureTimeoutMs = FEATURE_TIMEOUT,
  timer = systemTimer,
}: Pick<TuneOptions<never, never, never>, 'featureTimeoutMs' | 'timer'>): Patience {
  return patient(featureTimeoutMs, timer);
}

export function checkProfile(profile: Profile, names: readonly string[], learners: readonly Learner[]): void {
  if (typeof profile?.features !== 'object') {
    throw new OptionError(
      'profile',
      `expected what profile() gave, or cascade.profile, got ${show(profile)}`,
    );
  }
  for (const name of names) {
    const feature = profile.features[name];
    if (feature === undefined) {
      throw new OptionError('profile', `has no feature '${name}'; expected one made of the same features`);
    }
    if (!Number.isFinite(feature.cost?.growth)) {
      throw new OptionError('profile', `lacks how the cost of '${name}' grows; measure again`);
    }
    const unknown = feature.reads.find((transform) => profile.transforms[transform] === undefined);
    if (unknown !== undefined) {
      throw new OptionError('profile', `has no cost of the transform '${unknown}' that '${name}' reads`);
    }
  }
  for (const { name } of learners) {
    if (profile.models?.[name] === undefined) {
      throw new OptionError('profile', `has no cost of ${name} models; pass that learner to profile() too`);
    }
    checkOpening(`${name} models`, profile.models[name].opening);
  }
  checkOpening('the full model', profile.opening);
}

function checkOpening(whose: string, opening = 0): void {
  if (opening >= 0 && opening <= 1) return;
  throw new OptionError('profile', `the opening of ${whose} is ${show(opening)}; expected a share, 0 to 1`);
}
