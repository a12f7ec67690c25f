import {
  costOf,
  type Objective,
  sampledCost,
  type TimedFeatures,
  withAncestors,
} from '../../../lib/costs/index.js';
import { type FeatureSet, fidelityName } from '../../../lib/features/define/index.js';
import type { TriedFidelity } from '../../types/index.js';
import type { Proposed } from './proposals.js';

/** A version that costs more than this share of its feature is as dear as that. */
const DEAREST = 0.8;
/** One that costs more than this share of all features saves a stage little, and takes long to compute and to fit. */
const DEAREST_OF_ALL = 0.6;

/**
 * What proposed versions cost, and which of them are too dear.
 *
 * @param set definitions of features and versions
 * @param timed times of the first rows, one a feature in the order of `set`
 */
export function pricedFidelities<Row>(
  { names, shares }: Proposed,
  set: FeatureSet<Row>,
  timed: TimedFeatures<Row>,
  objective: Objective,
): TriedFidelity[] {
  const unsized = new Float64Array(0);
  const costAt = (name: string) => {
    const { reads, price = 0 } = set.get(name);
    const own = sampledCost(timed.features[set.names.indexOf(name)], price, unsized);
    const read = withAncestors(reads).map((key) => sampledCost(timed.transforms.get(key) ?? [], 0, unsized));
    return costOf([own, ...read], objective);
  };
  return Object.entries(names).flatMap(([feature, all]) =>
    all.map((at): TriedFidelity => {
      const cost = costAt(fidelityName(feature, at)) / costAt(feature);
      const share = shares.get(feature) ?? 0;
      const outcome = cost > DEAREST || cost * share > DEAREST_OF_ALL ? 'dear' : 'not chosen';
      return { feature, at, share, cost, outcome };
    }),
  );
}
