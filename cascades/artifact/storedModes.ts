import { list, number, object, optional, wrong } from '../../lib/data/artifact/index.js';
import { keyOf } from '../chain/index.js';
import { expectedCost } from '../costs/index.js';
import type { Label, Plan } from '../types/index.js';
import { guarded } from './pieces.js';
import { certificateShape, checkChain, knownFeatures, planShape, stageShape } from './shapes.js';
import type { Stored, StoredModes } from './stored.js';

const modes = optional(
  object({
    epsilons: list(number),
    chain: list(stageShape),
    further: list(object({ plan: planShape, certificate: certificateShape })),
  }),
);

/**
 * The modes in a file whose other JSON is checked. Every plan is over stages of their chain, in its order, and what a
 * call of it costs can be read from the profile.
 *
 * @throws ArtifactError `damaged`, naming the place
 */
export function storedModes<Row, L extends Label, Name extends string>(
  stored: Stored<Row, L, Name>,
): StoredModes<L, Name> | undefined {
  modes(stored.modes, 'cascade.modes');
  const { classes, plan: own, profile, objective } = stored;
  const costed = (plan: Plan) =>
    guarded('the artifact', 'costs', () => expectedCost(profile, objective, plan));
  costed(own);
  if (stored.modes === undefined) return undefined;
  const { chain, further } = stored.modes;
  const known = knownFeatures(stored);
  for (const { features } of chain) known.ofStage('cascade.modes.chain', features);
  [own, ...further.map(({ plan }) => plan)].forEach((plan, m) => {
    const place = `cascade.modes of mode ${m}`;
    let next = 0;
    const stages = plan.stages.map(({ features, learner, prefix }) => {
      const s = chain.findIndex(
        (stage, at) =>
          at >= next &&
          keyOf(stage.features) === keyOf(features) &&
          stage.learner === learner &&
          stage.prefix?.rounds === prefix?.rounds,
      );
      if (s < 0) throw wrong(place, features, 'a stage of the chain, in its order');
      next = s + 1;
      return chain[s];
    });
    checkChain(place, classes, plan, stages, known);
    costed(plan);
    const strange = plan.stages
      .flatMap(({ thresholds }) => thresholds)
      .find((threshold) => threshold !== null && !(threshold >= 0 && threshold <= 1));
    if (strange !== undefined) throw wrong(`${place}, a threshold`, strange, 'a number from 0 to 1, or null');
  });
  return stored.modes;
}
