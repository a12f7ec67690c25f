/** `accuracy`: accuracy lost; `disagreement`: answers that differ; `harm`: right answers made wrong. */
export type LossName = 'accuracy' | 'disagreement' | 'harm';

/**
 * `certified`: the loss is at most epsilon with probability at least 1 - delta. `full-model-only`: nothing cheaper could
 * be certified, and the full model answers. `exploratory`: nothing is promised of this plan. `void`: what was promised
 * no longer holds of what is served.
 */
export type Verdict = 'certified' | 'full-model-only' | 'exploratory' | 'void';

/** What is promised, on how much evidence. Plain data. */
export interface Certificate {
  readonly verdict: Verdict;
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  readonly loss: LossName;
  readonly epsilon: number;
  readonly delta: number;
  /** The test that was passed. */
  readonly method: string;
  /** Certification rows, or groups of them, and which. */
  readonly n: number;
  readonly unit: 'rows' | 'groups';
  /** Where the two answers parted, on the certification rows, under the plan that is served. */
  readonly observed: Observed;
  /** Upper limit of the loss at level delta, for this plan alone (pointwise), where the method has one. */
  readonly upper: number | null;
  /** The least number of certification rows that could have certified epsilon, where there were too few. */
  readonly rowsNeeded: number | null;
}

export interface Observed {
  readonly rows: number;
  /** Answers that differ from the full model's. */
  readonly changed: number;
  /** Full model right and cascade wrong, and the reverse; 0 where rows have no labels. */
  readonly worse: number;
  readonly better: number;
  /** The same by class, in the order of the plan's classes. */
  readonly byClass: readonly { readonly worse: number; readonly better: number }[];
}

/** A point of the frontier: what could be served for an epsilon chosen after the fact. */
export interface FrontierPoint {
  readonly epsilon: number;
  /** Expected cost of a row, and how many times cheaper that is than the full pipeline. */
  readonly cost: number;
  readonly speedup: number;
  /** Position on the path of the plan that would be served; -1: the full model. */
  readonly step: number;
}
