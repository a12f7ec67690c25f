import type { Label } from '../../cascades/internal.js';
import type { RankEngine } from './engine.js';
import type { RankerParts } from './rankerParts.js';

/** A band's plan as the engine runs it; without a band the full model alone. */
export function bandEngine<Row, L extends Label, Name extends string>(
  { fitted, ranking, full, plan, models }: RankerParts<Row, L, Name>,
  band?: number,
): RankEngine<Row, L> {
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((feature) => feature.name === name));
  const stages = band === undefined ? [] : plan.bands[band].stages;
  return {
    features: fitted,
    ranking,
    full: { model: full.model, reads: positions(full.reads) },
    stages: stages.map(({ features, cut, output }, s) => ({
      cut,
      output,
      reads: positions(features),
      model: models[band ?? 0][s],
    })),
  };
}
