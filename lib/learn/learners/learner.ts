import type { Block } from '../../data/blocks/index.js';
import type { State } from '../../util/state.js';

/** The data of a fit. All blocks have the same rows, one block a feature. */
export interface TrainingSet {
  readonly blocks: readonly Block[];
  /** Rows that every block has. */
  readonly rows: number;
  /** 1 for regression. */
  readonly classes: number;
  /** The class of each row, 0 … classes - 1; empty for regression. */
  readonly labels: Int32Array;
  /** rows x classes, row-major: the distribution to fit instead of the hard labels (another model's answers). */
  readonly soft?: Float64Array;
  /** For regression the number of each row. */
  readonly values?: Float64Array;
  /** The query of each row, for ranking. */
  readonly groups?: Int32Array;
  /** The name of each block, for learners whose options speak of features. */
  readonly features?: readonly string[];
}

/** The circumstances of a fit: its seed, a signal, and a listener for its progress. */
export interface FitContext {
  /** A whole number: all random choices depend only on it. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 … 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The size of a fit, for counting its work. `entries` is rows x columns, or nonzeros where blocks are sparse. */
export interface FitShape {
  /** Rows, columns of all blocks together, numbers stored in them, and classes (1 for regression). */
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  readonly classes: number;
  /** How many of the columns are stored in dense blocks. @defaultValue unknown */
  readonly dense?: number;
}

/**
 * The rows that a model was fitted on elsewhere: none of them is evidence for it. A set of the rows that it was fitted
 * on does.
 *
 * @example
 * const ids = new Set(trainingMails.map(({ id }) => id));
 * const fittedOn: FittedOn = { rows: ids.size, has: (row: Mail) => ids.has(row.id) };
 */
export interface FittedOn {
  /** How many they are. */
  readonly rows: number;
  /** Whether a row is one of them, or equals one in all that the model reads. */
  has(row: unknown): boolean;
}

/**
 * Something that can be fitted. A learner of your own is an object of this shape.
 *
 * `name` also identifies the learner in an artifact; `load` is needed only for saved cascades.
 */
export interface Learner {
  readonly name: string;
  /**
   * Whether its models classify or predict a number. For a stage, a regressor is also fitted to the
   * logarithms of that stage's errors. @defaultValue 'classification'
   */
  readonly task?: 'classification' | 'regression';
  /** Features that its models can't do without: stages that lack one aren't tried. @defaultValue any will do */
  readonly reads?: readonly string[];
  /** Whether its models score the rows themselves: see `Model.readsRows`. @defaultValue false */
  readonly readsRows?: boolean | undefined;
  /** Whether it takes NaN for a missing value, in fits and in scores. @defaultValue false */
  readonly missing?: boolean;
  /**
   * Features that its options mention, by the option: each has to be defined. A fit to a subset of
   * the features ignores the others.
   */
  readonly mentions?: Readonly<Record<string, readonly string[]>>;
  /**
   * The labels that its models predict, class by class, if those are fixed: they must equal the
   * full model's.
   */
  readonly predicts?: readonly unknown[];
  /** See `Model.fittedOn`, of a learner whose models are trained already. */
  readonly fittedOn?: FittedOn | undefined;
  /** Money for each row that its models score, where they are trained already and have a price. @defaultValue 0 */
  readonly price?: number | undefined;
  /** The processor time of one fit in units of 2 ns, about a multiplication, within half and twice: a budget's unit. */
  work(shape: FitShape): number;
  /**
   * Multiplications that a core does in a second at most, where a fit holds up the event loop and can't be cut at a
   * budget's end: `tune` begins none that would take longer. @defaultValue fits can be cut
   */
  readonly pace?: number;
  /**
   * The same learner, of the same name, with fits that take less and rank subsets of features alike.
   * `tune` tries all subsets with it, and the best of them with this one. @defaultValue itself
   */
  lighter?(): Learner;
  /**
   * The same learner, of the same name, with fits that take less and models that take as long to run.
   * `tune` measures with it what models cost; their answers are never used. @defaultValue itself
   */
  probe?(): Learner;
  /**
   * The same learner, of the same name, with models that are as exact as comparisons need. `tune`
   * fits models with it that only score rows held out; what is served is fitted by this one.
   * @defaultValue itself
   */
  rough?(): Learner;
  fit(set: TrainingSet, context: FitContext): Model | Promise<Model>;
  /**
   * Chooses the options that were left to the data. `tune` calls it once, on rows that the
   * certificate doesn't use and all features, and fits full model and stages by what it returns.
   *
   * @param folds the fold of each row, from 0 on, for trial fits; rows below 0 are never held out of one
   * @returns a learner of the same name whose options are fixed
   */
  choose?(set: TrainingSet, context: FitContext, folds?: Int32Array): Promise<Learner>;
  load?(state: State): Model;
}

/** The circumstances in which a model scores. */
export interface ScoreContext {
  /**
   * Aborted when the scores aren't needed any more: a model that waits may stop, and rejects with
   * the signal's reason. It is made when it is read: a copy of the context's own properties has none.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of rows before a server is requested again. Throws where no more may be spent. */
  readonly onRetry?: ((rows: number) => void) | undefined;
  /**
   * Called by a model that counts its own money (`Model.money`) with the most that a request may cost, before it is sent.
   * Throws where no more may be spent.
   */
  readonly onSpend?: ((most: number) => void) | undefined;
  /**
   * Which time these rows are asked about on purpose, from 0 on: what was answered another time must not stand for it. A
   * model that doesn't always agree with itself is asked twice. @defaultValue 0
   */
  readonly ask?: number | undefined;
}

/** A model's way to score that writes: none of ours returns its scores. */
export type WriteScores = (
  blocks: readonly Block[],
  out: Float64Array,
  context?: ScoreContext,
) => void | Promise<void>;

/** Scores that a model returns: rows x classes numbers, row-major, or an array of each row's. */
export type ModelScores = ArrayLike<number> | readonly ArrayLike<number>[];

/** Money that a model counts itself, since rows differ in what they cost, and some cost nothing again. */
export interface OwnMoney {
  /** What it has spent so far, and reserved for what is under way; undefined before it knows. */
  spent(): number | undefined;
  /** The name of its money, where that is known. */
  readonly currency?: string | undefined;
  /**
   * What a row costs by a batch API, which savings are stated against; undefined before it knows. `isAssumed` where its price
   * is taken from what such cost elsewhere.
   */
  byBatch?(): { readonly price: number; readonly isAssumed: boolean } | undefined;
}

/** Something fitted that scores blocks. A model of your own is an object of this shape. */
export interface Model {
  readonly name: string;
  /** Scores a row: one probability a class; for regression 1, the number itself. */
  readonly classes: number;
  /**
   * Scores rows: class probabilities, or for regression each row's value. It writes them into
   * `out`, rows x classes row-major, or returns them. The blocks have the order and width of those
   * that it was fitted to.
   */
  score(
    blocks: readonly Block[],
    out: Float64Array,
    context?: ScoreContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: a model that writes returns nothing.
  ): void | ModelScores | Promise<void | ModelScores>;
  /**
   * Told all rows that it will be asked about next, before it scores any: a model that is asked in batches sends them as one.
   * It may do nothing. @defaultValue nobody tells it
   */
  readAhead?(rows: readonly unknown[], context?: ScoreContext): void | Promise<void>;
  /**
   * Whether it answers a row that it was asked about before from what it keeps, unless it is asked another time (`ask`): what
   * looks whether it differs from itself has to ask so. @defaultValue false
   */
  readonly keepsAnswers?: boolean | undefined;
  /** In words why some of its rows have NaN for scores, as far as it knows. @defaultValue nothing is known */
  readonly unscored?: string | undefined;
  /** Where it counts its own money: limits then look at this, not at a price for each row. @defaultValue it doesn't */
  readonly money?: OwnMoney | undefined;
  readonly state?: State;
  /** For a loaded model: how it differs from the one that was saved. A difference voids the certificate. */
  readonly changed?: string | undefined;
  /**
   * The largest difference of a row's scores between batches, relative to the larger of 1 and their
   * magnitudes: 0 or more. A network that is quantised with a scale taken over the batch needs a
   * wide tolerance. @defaultValue 1e-5
   */
  readonly tolerance?: number | undefined;
  /**
   * Whether it scores the rows themselves and reads no feature, as `fromRows` makes it: its only block then holds the
   * rows, and it is never run just to be measured. @defaultValue false
   */
  readonly readsRows?: boolean | undefined;
  /**
   * Whether it may give a row another answer the next time, by chance alone, as a model that samples. As a stage it isn't
   * compared with itself then. A full model is, unless its loss has it asked twice, and is refused where its answers
   * differ. Only for models that read rows. @defaultValue false
   */
  readonly varies?: boolean | undefined;
  /**
   * The rows that a model trained elsewhere was fitted on, if it knows them: they are refused where a certificate
   * needs rows. @defaultValue unknown
   */
  readonly fittedOn?: FittedOn | undefined;
}
