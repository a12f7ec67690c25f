import type { Label, Reference } from '../../cascades/internal.js';
import type { Objective, Profile } from '../../lib/costs/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { JsonValue } from '../../lib/util/state.js';
import type { Ranking } from '../problem/index.js';
import type { BandCurve, RankerPlan, TopKCertificate, TriedStage } from '../types.js';

/** The full model of a ranker. */
export interface FullRanker {
  readonly model: Model;
  /** The features that it reads, in the order of its blocks. */
  readonly reads: readonly string[];
  /** Its learner, if it was trained here; otherwise `fingerprint` identifies it. */
  readonly learner: string | undefined;
  readonly fingerprint: string | undefined;
  /** Its declared options, if it was given trained. */
  readonly options?: JsonValue | undefined;
}

/** The parts of a ranker. */
export interface RankerParts<Row, L extends Label, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly ranking: Ranking<L>;
  readonly full: FullRanker;
  readonly plan: RankerPlan<L, Name>;
  /** The models of each band's stages. */
  readonly models: readonly (readonly Model[])[];
  readonly certificate: TopKCertificate;
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  readonly outside: 'warn' | 'refuse';
  /** Band by band; none in a file that only serves. */
  readonly curves: readonly BandCurve[];
  readonly tried: readonly TriedStage[];
  readonly notes: readonly string[];
  /** As of a cascade. */
  readonly reference?: Reference | undefined;
  readonly checked?: number | undefined;
}
