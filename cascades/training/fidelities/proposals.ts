import {
  type Cost,
  costOf,
  type Objective,
  sampledCost,
  type TimedFeatures,
  withAncestors,
} from '../../../lib/costs/index.js';
import {
  type FeatureSet,
  type FidelityNames,
  type RowView,
  type Transform,
  versionOf,
} from '../../../lib/features/define/index.js';
import { type NamedFeature, named } from '../../../lib/run/runtime/index.js';

/** Features that take less of the cost of all have no versions: these could save no more. */
const LEAST_SHARE = 0.1;

/** Versions that may be worth a stage, and each feature's share of the cost of all, 0 to 1. */
export interface Proposed {
  readonly names: FidelityNames;
  readonly shares: ReadonlyMap<string, number>;
}

/**
 * The versions that dear features propose. What a feature takes of the cost of all says how many.
 *
 * @param view rows that models are fitted on
 * @param timed times of the features' first rows
 * @param most how many versions at most, of all features together
 */
export function proposedFidelities<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  timed: TimedFeatures<Row>,
  objective: Objective,
  most: number,
): Proposed {
  const shares = sharesOf(features, timed, objective);
  const able = fitted.filter(
    ({ name, fitted: { fidelities } }) => fidelities !== undefined && (shares.get(name) ?? 0) >= LEAST_SHARE,
  );
  const counts = allotted(
    able.map(({ name }) => shares.get(name) ?? 0),
    most,
  );
  const names = able.flatMap((feature, f): [string, readonly string[]][] => {
    const at = counts[f] > 0 ? proposedBy(features, feature, view, counts[f]) : [];
    return at.length > 0 ? [[feature.name, at]] : [];
  });
  return { names: Object.fromEntries(names), shares };
}

/** The share of each feature in the cost of all: transforms count in each that reads them. */
function sharesOf<Row>(
  features: FeatureSet<Row>,
  timed: TimedFeatures<Row>,
  objective: Objective,
): ReadonlyMap<string, number> {
  const unsized = new Float64Array(0);
  const transforms = new Map(
    [...timed.transforms].map(([key, batches]): [Transform<Row, unknown>, Cost] => [
      key,
      sampledCost(batches, 0, unsized),
    ]),
  );
  const own = features.names.map((name, f) =>
    sampledCost(timed.features[f], features.get(name).price ?? 0, unsized),
  );
  const all = costOf([...own, ...transforms.values()], objective);
  return new Map(
    features.names.map((name, f) => {
      const read = withAncestors(features.get(name).reads).flatMap((key) => transforms.get(key) ?? []);
      return [name, all > 0 ? costOf([own[f], ...read], objective) / all : 0];
    }),
  );
}

/**
 * Versions shared out by highest averages (Sainte-Laguë): a second version of a feature comes when another's first is
 * worth less than a third of it.
 */
function allotted(shares: readonly number[], most: number): readonly number[] {
  const counts = shares.map(() => 0);
  for (let i = 0; i < most && shares.length > 0; i++) {
    const worth = shares.map((share, f) => share / (2 * counts[f] + 1));
    counts[worth.indexOf(Math.max(...worth))]++;
  }
  return counts;
}

/** What a feature proposes, but for versions that would cost money or aren't the same at each read. */
function proposedBy<Row>(
  features: FeatureSet<Row>,
  feature: NamedFeature<Row>,
  view: RowView<Row>,
  count: number,
): readonly string[] {
  const base = features.get(feature.name);
  const { fidelities } = feature.fitted;
  if (fidelities === undefined) return [];
  try {
    const at = fidelities.propose(view, count).slice(0, count);
    if (at.length === 0) return at;
    const steps = fidelities.inSteps(at);
    return at.filter((_, step) => {
      const { own = {} } = steps[step];
      const { price = 0 } = versionOf(base, { own });
      return price === 0 && (base.live !== true || own.live !== undefined);
    });
  } catch (error) {
    throw named(feature, error, (row) => row);
  }
}
