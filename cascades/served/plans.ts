import { OptionError } from '../../lib/errors.js';
import type { Thresholds } from '../chain/index.js';
import { keyOf } from '../stages/index.js';
import type { Plan } from '../terms/index.js';
import type { ServedStage } from './parts.js';

/**
 * The positions of a plan's stages in the chain that it is of.
 *
 * @throws OptionError for a stage that isn't of the chain, or a threshold that is none.
 */
export function usesOf(chain: readonly ServedStage[], { stages, classes }: Plan): number[] {
  let last = -1;
  return stages.map(({ features, thresholds }) => {
    const s = chain.findIndex((stage) => keyOf(stage.features) === keyOf(features));
    if (s <= last) {
      throw new OptionError(
        'plan',
        `has a stage over ${features.join(', ')}, which is none of this cascade's, or out of their order`,
      );
    }
    last = s;
    const fits = thresholds.every((t) => t === null || (t >= 0 && t <= 1));
    const count = Math.max(1, classes.length);
    if (!fits || thresholds.length !== count) {
      throw new OptionError(
        'plan',
        `the stage over ${features.join(', ')} has the thresholds ${thresholds.join(', ')}; expected ${count}, one a ` +
          'class (one alone for regression), from 0 to 1, or null',
      );
    }
    return s;
  });
}

/** A plan's thresholds for every stage of the chain; stages that aren't its own let nothing out. */
export function thresholdsOf(chain: readonly ServedStage[], plan: Plan, uses: readonly number[]): Thresholds {
  const count = Math.max(1, plan.classes.length);
  return chain.map((_, s) => {
    const stage = plan.stages[uses.indexOf(s)];
    return Float64Array.from({ length: count }, (_, c) => stage?.thresholds[c] ?? Number.POSITIVE_INFINITY);
  });
}
