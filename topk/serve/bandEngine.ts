import type { Label } from '../../cascades/internal.js';
import { treeSum } from '../bounds/index.js';
import { trees } from '../pruning/index.js';
import type { RankEngine } from './engine.js';
import type { RankerParts } from './rankerParts.js';

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
          rankClass: ranking.classes.length - 1,
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
