import type { Feature, FittedFeature } from '../../lib/features/define/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { State } from '../../lib/util/state.js';

/**
 * Decides whether a file's features and models are loaded, or found among those that other files
 * have loaded. A process that serves many cascades holds equal ones once.
 */
export interface Sharing {
  feature<Row>(
    name: string,
    feature: Feature<Row>,
    state: State,
    load: () => FittedFeature<Row>,
  ): FittedFeature<Row>;
  model(learner: string, state: State, load: () => Model): Model;
}

/** Every file loads its own. */
export const UNSHARED: Sharing = {
  feature: (_name, _feature, _state, load) => load(),
  model: (_learner, _state, load) => load(),
};
