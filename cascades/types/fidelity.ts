/** A cheaper version of a feature that `tune` looked at, and what came of it. Plain data. */
export interface TriedFidelity {
  /** The feature, and what follows '@' in the version's name. */
  readonly feature: string;
  readonly at: string;
  /** What that is of the feature: `first 256 characters`. Absent where the name says enough. */
  readonly words?: string | undefined;
  /** What the feature takes of the cost of all features, 0 to 1. */
  readonly share: number;
  /** What the version costs a row, as a share of what the feature costs. */
  readonly cost: number;
  /**
   * Whether a stage of the chain reads it. If none does, why: it costs about as much as the feature (`dear`), none of
   * its numbers tells the answers (`silent`), they are those of the feature or of a cheaper version (`same`), or stages
   * without it cost less (`not chosen`).
   */
  readonly outcome: 'chosen' | 'not chosen' | 'dear' | 'silent' | 'same';
}
