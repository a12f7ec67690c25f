import type { FeatureSet } from '../../lib/features/index.js';
import type { Model } from '../../lib/learners/index.js';
import type { Objective, Profile } from '../../lib/profile/index.js';
import { trees } from '../../lib/pruning/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import type { Reference } from '../plan/index.js';
import type { Label } from '../types/index.js';
import type { RankEngine } from './engine.js';
import { treeSum } from './pruning.js';
import type { Ranking } from './ranking.js';
import type { BandCurve, RankerPlan, TopKCertificate, TriedStage } from './terms.js';
import type { FullRanker } from './training.js';

/** What a ranker is made of. */
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
  /** Band by band; none where bounds drop candidates. */
  readonly curves: readonly BandCurve[];
  readonly tried: readonly TriedStage[];
  readonly notes: readonly string[];
  /** As of a cascade. */
  readonly reference?: Reference | undefined;
  readonly checked?: number | undefined;
}

/** A band's plan as the engine runs it; without a band the full model alone. */
export function engineOf<Row, L extends Label, Name extends string>(
  { fitted, ranking, full, plan, models }: RankerParts<Row, L, Name>,
  band?: number,
): RankEngine<Row, L> {
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((feature) => feature.name === name));
  const { stages, pruning } = band === undefined ? { stages: [], pruning: null } : plan.bands[band];
  return {
    features: fitted,
    ranking,
    full: { model: full.model, reads: positions(full.reads) },
    pruned: pruning?.cuts.length
      ? {
          of: ranking.classes.length - 1,
          features: positions(full.reads).map((position) => fitted[position]),
          additive: trees(treeSum(full.model)),
          pruning,
        }
      : undefined,
    stages: stages.map(({ features, cut, output }, s) => ({
      cut,
      output,
      reads: positions(features),
      model: models[band ?? 0][s],
    })),
  };
}
