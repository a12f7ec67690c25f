import type { BoundMethod, Label, StatedLoss } from '../losses/index.js';

/**
 * `certified`: the loss is at most epsilon with probability at least 1 - delta. `full-model-only`: nothing cheaper
 * could be certified, and the full model answers. `exploratory`: this plan is not certified. `void`: the certificate
 * no longer holds for what is served. `degraded`, for answers only: a feature or model that the cascade needs was
 * failing, so the rows with an answer are a selection.
 */
export type Verdict = 'certified' | 'full-model-only' | 'exploratory' | 'void' | 'degraded';

/** The verdicts of a certificate; only answers can be `degraded`. */
export type CertificateVerdict = Exclude<Verdict, 'degraded'>;

/**
 * The promise and its evidence. Plain data. With several losses, its own fields are those of the
 * first of `all`.
 */
export interface Certificate extends Clause {
  readonly verdict: CertificateVerdict;
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  /** The largest chance that the promise fails: above 0 and below 1. */
  readonly delta: number;
  /**
   * The largest chance that this promise or any other from the same rows fails: the frontier, and every `retune` to
   * another epsilon. Twice `delta`, 1 at most, if a band covers those; else `delta` itself.
   */
  readonly jointDelta: number;
  /** The unit that was drawn independently: certification rows, or groups of them. */
  readonly unit: 'rows' | 'groups';
  /**
   * Certification rows that aren't draws of their own: they equal another one, or a tuning row. Absent where there
   * are none. `n` and `lost` count the other rows, and the bound holds over all rows as well.
   */
  readonly copies?: number;
  /** The rows that the promise is about, to be read after 'on'; absent from old files. */
  readonly population?: string;
  /** A finite batch that was certified on the same sample, as a promise of its own: see `mapRows`. */
  readonly batch?: CertifiedTable;
  /** What equal rows count as, where that matters or was said. */
  readonly repeating?: Repeating;
  /** Whether the certification rows had labels. */
  readonly labelled: boolean;
  /** The seed of the sample, for a certified batch: with it the same call draws the same rows. */
  readonly seed?: number | string;
  /** Other epsilons that were tested with it, each at the same share of delta. */
  readonly also?: readonly number[];
  /** How the served plan's answers on the certification rows differ from the full model's. */
  readonly observed: Observed;
  /**
   * Which answers the served plan changes: the full model's, and what the cascade says instead. Absent for regression,
   * where the full model answers alone or nothing was tested, and from files that hold no such counts. Of a certified
   * batch, those of its sample.
   */
  readonly changes?: Changes;
  /** Each loss, where the bound has several. They hold together, except with a chance of delta. */
  readonly all?: readonly Clause[];
  /** The result of reading rows again in small batches; absent from old files. */
  readonly stability?: Stability;
  /** How often the full model differs from itself; where the loss has it asked twice about each row. */
  readonly flips?: Flips;
  /** How often the full model and a constant answer are wrong, where there are labels. */
  readonly baseline?: Baseline;
  /**
   * The constant answer that loses least against the full model on the tuning rows, by this loss: what it meets
   * promises nothing. Absent for several losses, and from old files.
   */
  readonly constant?: { readonly answer: Label; readonly loss: number };
  /** If more rows might certify a plan: the number of rows, and the plan's saving. */
  readonly prospect?: Prospect;
}

/**
 * A table whose own answers are certified beside the promise about new rows: at most epsilon of them differ from the full
 * model's, except with a chance of delta. One of both fails with a chance of the sum of their deltas at most. Plain data.
 */
export interface CertifiedTable {
  /** In excess: that share less the share on which the full model differs from itself. @defaultValue 'disagreement' */
  readonly loss?: 'excessDisagreement';
  readonly rows: number;
  readonly epsilon: number;
  readonly delta: number;
}

/** What equal rows are: `true` independent draws, `'copies'` copies of one, `false` either. */
export type Repeats = boolean | 'copies';

/** What equal rows count as. Plain data. */
export interface Repeating {
  /**
   * `draws`: each is a draw of its own, as `repeats: true` says. `copies`: they are one, as `repeats: 'copies'` says.
   * `either`: nobody said so, and the promise holds in both cases.
   */
  readonly are: 'draws' | 'copies' | 'either';
  /** How `tune` split rows for both cases. */
  readonly split?: RepeatingSplit;
}

/** Two tests that a plan must pass: over all certification rows, and over one of each different row. */
export interface RepeatingSplit {
  /** Rows that equal an earlier one, of all that were given. */
  readonly repeat: number;
  /** Rows of the first test, and units of the second. */
  readonly rows: number;
  readonly different: number;
  /** Units of the second test that count as lost: copies of them were tuned on. */
  readonly seen: number;
  /** Copies of held rows that were used for nothing. */
  readonly spare: number;
  /** Rows that `repeats: true` would test alone, and different rows that `repeats: 'copies'` would. */
  readonly asDraws: number;
  readonly asCopies: number;
}

/** Whether rows have the same values, and answers, in any batch. Plain data. */
export interface Stability {
  /** Rows that were answered alone and in a large batch, from values read in each. */
  readonly rows: number;
  /** The rows among them whose two answers differ; null if none were compared. */
  readonly changed: number | null;
  /**
   * The largest differences allowed between values, by feature or model, except the default 1e-5:
   * see `Feature.tolerance`.
   */
  readonly tolerance: Readonly<Record<string, number>>;
  /** Features whose values may change from one read to the next: see `Feature.live`. */
  readonly live: readonly string[];
  /** Models of stages that may give a row another answer the next time, and weren't compared: see `Model.varies`. */
  readonly varies?: readonly string[];
}

/** The full model's own flips, on rows that it was asked twice. Plain data. */
export interface Flips {
  /** These rows, and those among them that it answered in two ways. */
  readonly rows: number;
  readonly differ: number;
  /**
   * Limits of the share of rows that it answers in two ways, 0 to 1: both hold except with a chance of delta, beside the
   * promise. Null where rows aren't independent draws, as in groups.
   */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * The errors, by the labels, of the full model and of the best constant answer, to compare the cascade's error with.
 * An error is the share of wrong answers; for regression the mean absolute error (MAE), in the units of the labels.
 */
export interface Baseline {
  /**
   * The certification rows; or, where none of them was opened, the tuning rows, on which the full model was
   * cross-fitted.
   */
  readonly of: 'certification' | 'tuning';
  /** How many rows these are. */
  readonly rows: number;
  /** Rows of each class by their labels, in the order of the plan's classes; empty for regression. */
  readonly byClass: readonly number[];
  /** The full model's error. */
  readonly full: number;
  /** The answer that is right most often on these rows, for regression the median of their labels, and its error. */
  readonly constant: { readonly answer: Label; readonly error: number };
}

/** An estimate from the tuning rows, not a promise. */
export interface Prospect {
  /** Cost of a row, and speedup, of the cheapest plan that loses at most half of epsilon on the tuning rows. */
  readonly cost: number;
  readonly speedup: number;
  /** Certification rows (or groups) with which such a plan is expected to pass. */
  readonly certify: number;
  /**
   * Rows (or groups) in all, in the same split; null if certification rows were given separately.
   */
  readonly total: number | null;
  /**
   * The fewest in all that could certify a plan without a single loss; null if there were enough,
   * or as for `total`.
   */
  readonly least: number | null;
}

/** One loss of a certificate. */
export interface Clause {
  readonly loss: StatedLoss;
  /** The loss promised at most, 0 to 1; of `absoluteError` a share of its cap, or scale. */
  readonly epsilon: number;
  /** The test that was passed, in words. */
  readonly method: string;
  /** Which kind of test that is. */
  readonly bound: BoundMethod;
  /**
   * Rows tested, or groups. For recall, the rows that the full model gives the class; for precision, those that the
   * served plan gives it. All certification rows where nothing was tested.
   */
  readonly n: number;
  /** The sum of their losses under the plan that is served: rows, where a loss is 0 or 1. */
  readonly lost: number;
  /**
   * A limit below `epsilon`, at level delta, that holds for all plans of the path together, so whichever is served;
   * null where there is none. The promise is `epsilon`.
   */
  readonly upper: number | null;
  /** The least `n` that could have certified epsilon, where there were too few. */
  readonly rowsNeeded: number | null;
}

/** Observations on the certification rows. */
export interface Observed {
  /** Certification rows. */
  readonly rows: number;
  /** Answers that differ from the full model's. */
  readonly changed: number;
  /**
   * Full model right and cascade wrong, and the reverse; for regression, answers farther from the label than the full
   * model's, and nearer. 0 where rows have no labels.
   */
  readonly worse: number;
  readonly better: number;
  /** The same by class, in the order of the plan's classes; empty for regression and where rows have no labels. */
  readonly byClass: readonly { readonly worse: number; readonly better: number }[];
  /** For regression: the mean absolute difference from the full model's answers, in their units, however large. */
  readonly difference?: number;
  /** For regression with labels: the mean absolute error (MAE) of the answers, in the units of the labels. */
  readonly error?: number;
}

/** Rows of the test by the full model's answer, and what the cascade answers instead. Plain data. */
export interface Changes {
  /**
   * `simultaneous`: the limits below hold for all answers of the full model and all plans of the path together, so for
   * whichever is served, except with a chance of `delta`, beside the promise. `estimate`: the same numbers, where rows
   * aren't independent draws, as in groups.
   */
  readonly limits: 'simultaneous' | 'estimate';
  readonly delta: number;
  /** How many plans the limits hold for. */
  readonly plans: number;
  /**
   * Of a certified batch: its rows, and those of them that tested plans may let out. Counts are then of the sample, whose
   * rows keep the full model's answer, and limits of the open rows as stages would answer them. No row beyond these
   * changes, so that `upper` also limits the share of all rows of the batch. Absent elsewhere.
   */
  readonly batch?: { readonly rows: number; readonly open: number } | undefined;
  /** One for each answer that the full model gives, in the order of the plan's classes. */
  readonly answers: readonly ChangedAnswer[];
}

/** The rows of the test that the full model gives one answer. */
export interface ChangedAnswer {
  readonly full: Label;
  /** How many they are, and how many of them the cascade answers otherwise. */
  readonly rows: number;
  readonly changed: number;
  /** Limits of the share that it answers otherwise of all such rows, 0 to 1. `upper` also limits each of `to`. */
  readonly lower: number;
  readonly upper: number;
  /** What it answers instead, the most frequent first. */
  readonly to: readonly { readonly cascade: Label; readonly rows: number }[];
}

/** When and from which rows a cascade was made, or last certified. Plain data. */
export interface Made {
  /** The time, in ISO 8601 (UTC): `2026-03-01T09:30:00.000Z`. */
  readonly date: string;
  /** The version of this library. */
  readonly version: string;
  /** The seed of all random choices; null if plans were certified on fresh rows, which uses no seed. */
  readonly seed: number | string | null;
  /** Rows that it was tuned on, and rows of the certificate. */
  readonly rows: { readonly tune: number; readonly certify: number };
  /**
   * Which rows those were, by content: SHA-256 over their sorted keys, 32 hexadecimal digits. The same in any order.
   * None where a row holds what can't be read (functions, private state), and in files of earlier versions.
   */
  readonly digests?:
    | { readonly tune?: string | undefined; readonly certify?: string | undefined }
    | undefined;
  /** Names of the files that they were read of, without their folders, where `csvRows` and its like read them. */
  readonly files?:
    | { readonly tune?: readonly string[] | undefined; readonly certify?: readonly string[] | undefined }
    | undefined;
}

/** A point of the frontier: what could be served for an epsilon chosen after the fact. */
export interface FrontierPoint {
  /** The loss allowed, 0 to 1. */
  readonly epsilon: number;
  /** Expected cost of a row, and how many times cheaper that is than the full pipeline. */
  readonly cost: number;
  readonly speedup: number;
  /** The plan that would be served, by its position on the path; -1: the full model. */
  readonly step: number;
}
