import type { BoundMethod, StatedLoss } from './losses.js';
import type { Label } from './plan.js';

/**
 * `certified`: the loss is at most epsilon with probability at least 1 - delta. `full-model-only`: nothing cheaper could
 * be certified, and the full model answers. `exploratory`: nothing is promised of this plan. `void`: what was promised
 * no longer holds of what is served. `degraded`, of answers alone: a feature or model that the cascade needs was failing, so
 * that those who got an answer are a selection of the rows.
 */
export type Verdict = 'certified' | 'full-model-only' | 'exploratory' | 'void' | 'degraded';

/** What a certificate says of itself: `degraded` only answers can be. */
export type CertificateVerdict = Exclude<Verdict, 'degraded'>;

/**
 * What is promised, on how much evidence. Plain data. Where several losses are, its own are those of the first of `all`.
 */
export interface Certificate extends Clause {
  readonly verdict: CertificateVerdict;
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  /** The chance, at most, that the promise doesn't hold: above 0 and below 1. */
  readonly delta: number;
  /**
   * The chance, at most, that this promise or any other that the same rows gave doesn't hold: the frontier and every `retune` to another
   * epsilon beside it. Twice `delta` where a band stands behind those, 1 at most; else `delta` itself.
   */
  readonly jointDelta: number;
  /** What was drawn independently: certification rows, or groups of them. */
  readonly unit: 'rows' | 'groups';
  /**
   * Certification rows that don't count as draws of their own, since they equal another one, or from elsewhere one to tune
   * on; absent where there is none. `n` and `lost` are of the others, and the bound holds over all rows as well.
   */
  readonly copies?: number;
  /** Whether the certification rows had labels. */
  readonly labelled: boolean;
  /** What the sample was drawn by, where a finite batch was certified: with it the same call draws the same rows. */
  readonly seed?: number | string;
  /** Other epsilons that were tested with it, each at the same share of delta. */
  readonly also?: readonly number[];
  /** Where the two answers parted, on the certification rows, under the plan that is served. */
  readonly observed: Observed;
  /** Where the bound has several losses: each of them. They hold together, but for a chance of delta. */
  readonly all?: readonly Clause[];
  /** What was found when rows were read again in small batches; absent of a file that was written before it was. */
  readonly stability?: Stability;
  /** How often the full model and a constant answer are wrong, where there are labels. */
  readonly baseline?: Baseline;
  /** Where more rows might certify a plan: how many, and what it would save. */
  readonly prospect?: Prospect;
}

/** Whether rows have the same numbers, and answers, in any batch. Plain data. */
export interface Stability {
  /** Rows that were answered alone and in a large batch, from numbers read in each. */
  readonly rows: number;
  /** Of these, the rows whose two answers differ; null where none were compared. */
  readonly changed: number | null;
  /** How far numbers may lie apart by feature or model, where it isn't 1e-5: see `Feature.tolerance`. */
  readonly tolerance: Readonly<Record<string, number>>;
  /** Features whose numbers may change from one read to the next: see `Feature.live`. */
  readonly live: readonly string[];
}

/**
 * The errors, by the labels, of the full model and of the best constant answer: what the cascade's own error is read beside. An error
 * is the share of wrong answers; for regression the mean absolute error (MAE), in the units of the labels.
 */
export interface Baseline {
  /** The rows of the certificate; or, where none of them was looked at, the tuning rows, which the full model was cross-fitted on. */
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

/** An estimate from the tuning rows, of which nothing is promised. */
export interface Prospect {
  /** What the cheapest plan that loses at most half of epsilon on the tuning rows costs a row there, and the speedup. */
  readonly cost: number;
  readonly speedup: number;
  /** Certification rows (or groups) with which such a plan may be expected to pass. */
  readonly certify: number;
  /** Rows (or groups) in all, split as they were; null where certification rows were given apart. */
  readonly total: number | null;
  /** In all, for the least that could certify a plan without a single loss; null where there were enough, or as above. */
  readonly least: number | null;
}

/** One loss of a certificate. */
export interface Clause {
  readonly loss: StatedLoss;
  /** The loss promised at most, 0 to 1. */
  readonly epsilon: number;
  /** The test that was passed, in words. */
  readonly method: string;
  /** Which kind of test that is. */
  readonly bound: BoundMethod;
  /**
   * Rows tested, or groups: of recall those that the full model gives the class, of precision those that the served plan
   * gives it. Where nothing was tested, all certification rows.
   */
  readonly n: number;
  /** The sum of their losses under the plan that is served: rows, where a loss is 0 or 1. */
  readonly lost: number;
  /** Upper limit of the loss at level delta, for this plan alone (pointwise); null where nothing was tested. */
  readonly upper: number | null;
  /** The least `n` that could have certified epsilon, where there were too few. */
  readonly rowsNeeded: number | null;
}

/** What was seen on the certification rows. */
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
  /** The same by class, in the order of the plan's classes; empty for regression. */
  readonly byClass: readonly { readonly worse: number; readonly better: number }[];
  /** For regression: the mean absolute difference from the full model's answers, in their units, however large. */
  readonly difference?: number;
  /** For regression with labels: the mean absolute error (MAE) of the answers, in the units of the labels. */
  readonly error?: number;
}

/** When and from what a cascade was made, or last certified. Plain data. */
export interface Made {
  /** The time, in ISO 8601 (UTC): `2026-03-01T09:30:00.000Z`. */
  readonly date: string;
  /** The version of this library. */
  readonly version: string;
  /** What all random choices came from; null where plans were certified on fresh rows, which draws nothing by a seed. */
  readonly seed: number | string | null;
  /** Rows that it was tuned on, and rows of the certificate. */
  readonly rows: { readonly tune: number; readonly certify: number };
}

/** A point of the frontier: what could be served for an epsilon chosen after the fact. */
export interface FrontierPoint {
  /** The loss allowed, 0 to 1. */
  readonly epsilon: number;
  /** Expected cost of a row, and how many times cheaper that is than the full pipeline. */
  readonly cost: number;
  readonly speedup: number;
  /** The plan that would be served, by its path and its position on that; -1: the full model. */
  readonly path: number;
  readonly step: number;
}
