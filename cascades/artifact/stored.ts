import type { ClaimedBatch } from '../holdout/index.js';
import type { CascadeParts, FurtherMode, TestedPath } from '../plan/index.js';
import type { Label, ServedStage } from '../types/index.js';
import type { FeatureTerms } from './features.js';
import type { FullTerms } from './pieces.js';
import type { TuningTerms } from './tuning.js';

type Plain<Row, L extends Label, Name extends string> = Pick<
  CascadeParts<Row, L, Name>,
  | 'classes'
  | 'reads'
  | 'plan'
  | 'certificate'
  | 'profile'
  | 'objective'
  | 'whyObjective'
  | 'frontier'
  | 'tried'
  | 'triedFidelities'
  | 'exits'
  | 'stageNotes'
  | 'notes'
  | 'made'
  | 'advice'
>;

/**
 * @property state the one that holds its model, or the ensemble that it is the first rounds of: other stages may
 * share it
 */
export interface StoredStage extends Omit<ServedStage, 'model' | 'rule'> {
  readonly state: string;
}

interface StoredPath<L extends Label, Name extends string> extends Omit<TestedPath<L, Name>, 'stages'> {
  readonly chain: readonly StoredStage[];
}

/** Modes as a file keeps them. */
export interface StoredModes<L extends Label, Name extends string> {
  readonly epsilons: readonly number[];
  readonly chain: readonly StoredStage[];
  readonly further: readonly FurtherMode<L, Name>[];
}

/** The artifact's JSON, beside the states of features and models. */
export interface Stored<Row, L extends Label, Name extends string> extends Plain<Row, L, Name> {
  readonly stages: readonly StoredStage[];
  readonly features: readonly FeatureTerms[];
  readonly full: FullTerms;
  /** Files have it since rows are also identified by content. */
  readonly restsOn: number;
  /** Features whose digests of used rows are of older versions. */
  readonly stale: readonly string[];
  /** Claims about finite batches, whose rows' keys are beside it. */
  readonly batches?: readonly Omit<ClaimedBatch, 'keys'>[];
  readonly modes?: StoredModes<L, Name>;
  /** Its layout is of releases that tested two paths; a file of them may still hold both. */
  readonly evidence: {
    readonly paths: readonly StoredPath<L, Name>[];
    readonly served: number;
    readonly tuning: TuningTerms | null;
    readonly tested?: readonly number[];
  } | null;
}
