import {
  type Cost,
  costOf,
  type Objective,
  sampledCost,
  type TimedFeatures,
  withAncestors,
} from '../../../lib/costs/index.js';
import { OptionError } from '../../../lib/errors.js';
import {
  type Feature,
  type FeatureSet,
  type FidelityNames,
  inFidelities,
  proposedNames,
  type RowView,
  type Transform,
  versionOf,
} from '../../../lib/features/define/index.js';
import { type NamedFeature, named } from '../../../lib/run/runtime/index.js';

/**
 * A feature has versions if it takes so much of the cost of those that cost no more: the dearest may be read by the
 * full model alone, and stages then cost what the next ones do. And it takes so much of the cost of all, since hardly
 * a cascade is that much cheaper than its pipeline.
 */
const LEAST_SHARE = 0.1;
const LEAST_OF_ALL = 0.005;
/** A feature that takes more of the cost of all can't be a stage as it is. */
const DEAREST = 0.8;

/** Versions that may be worth a stage, and the share of the cost of all, 0 to 1, of features that have any. */
export interface Proposed {
  readonly names: FidelityNames;
  readonly shares: ReadonlyMap<string, number>;
}

/**
 * The versions that dear features propose, in the order of the features' costs.
 *
 * @param view rows that models are fitted on
 * @param timed times of the features' first rows
 * @param most how many versions at most, of all features together, or their names
 * @throws OptionError for names of what features haven't, or may not have tried
 */
export function proposedFidelities<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  timed: TimedFeatures<Row>,
  objective: Objective,
  most: number | FidelityNames,
): Proposed {
  const costOfAll = costsOf(features, timed, objective);
  const costs = new Map(features.names.map((name) => [name, costOfAll([name])]));
  const alone = (name: string) => costs.get(name) ?? 0;
  const shareAmong = (name: string, names: readonly string[]) => {
    const all = costOfAll(names);
    return all > 0 ? alone(name) / all : 0;
  };
  // Of the others nobody asks.
  const having = fitted.filter(({ fitted: { fidelities } }) => fidelities !== undefined);
  const shares = new Map(having.map(({ name }) => [name, shareAmong(name, features.names)]));
  const share = (name: string) => shares.get(name) ?? 0;
  if (typeof most !== 'number') {
    for (const feature of fitted)
      if (Object.hasOwn(most, feature.name))
        checkFree(features.get(feature.name), feature, most[feature.name]);
    return { names: most, shares };
  }
  const noDearer = (name: string) => features.names.filter((other) => alone(other) <= alone(name));
  const able = having.filter(
    ({ name }) => share(name) >= LEAST_OF_ALL && shareAmong(name, noDearer(name)) >= LEAST_SHARE,
  );
  able.sort((a, b) => share(b.name) - share(a.name));
  const every = able.map((feature) => proposedBy(features, feature, view, most).length);
  // What costs nearly all is read by the full model alone, and versions of it take long to try: others come before.
  const others = every.map((count, f) => (share(able[f].name) <= DEAREST ? count : 0));
  const counts = allotted(others.some((count) => count > 0) ? others : every, most);
  const names = able.flatMap((feature, f): [string, readonly string[]][] => {
    const at = counts[f] > 0 ? proposedBy(features, feature, view, counts[f]) : [];
    return at.length > 0 ? [[feature.name, at]] : [];
  });
  return { names: Object.fromEntries(names), shares };
}

/** What sets of features cost, by their first rows: transforms once in a set. */
function costsOf<Row>(
  features: FeatureSet<Row>,
  timed: TimedFeatures<Row>,
  objective: Objective,
): (names: readonly string[]) => number {
  const unsized = new Float64Array(0);
  const transforms = new Map(
    [...timed.transforms].map(([key, batches]): [Transform<Row, unknown>, Cost] => [
      key,
      sampledCost(batches, 0, unsized),
    ]),
  );
  const own = new Map(
    features.names.map((name, f) => [
      name,
      sampledCost(timed.features[f], features.get(name).price ?? 0, unsized),
    ]),
  );
  return (names) => {
    const read = withAncestors(names.flatMap((name) => features.get(name).reads));
    return costOf(
      [...names.flatMap((name) => own.get(name) ?? []), ...read.flatMap((key) => transforms.get(key) ?? [])],
      objective,
    );
  };
}

/**
 * Versions shared out one by one among features, the dearest first: what one saves grows with what its feature costs,
 * and yet the dearest may be read by no stage.
 *
 * @param proposed how many each feature has at most
 */
function allotted(proposed: readonly number[], most: number): readonly number[] {
  const counts = proposed.map(() => 0);
  for (let left = most; left > 0; ) {
    const before = left;
    for (let f = 0; f < counts.length && left > 0; f++) {
      if (counts[f] === proposed[f]) continue;
      counts[f]++;
      left--;
    }
    if (left === before) break;
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
    const at = proposedNames(feature.name, fidelities, view, count);
    return freeOf(base, feature, at);
  } catch (error) {
    throw named(feature, error, () => undefined);
  }
}

/** Those that cost no money and are the same at each read. */
function freeOf<Row>(
  base: Feature<Row>,
  feature: NamedFeature<Row>,
  at: readonly string[],
): readonly string[] {
  const steps = inFidelities([feature], { [feature.name]: at }).slice(1);
  return at.filter((_, step) => {
    const { own = {} } = steps[step];
    const { price = 0 } = versionOf(base, { own });
    return price === 0 && (base.live !== true || own.live !== undefined);
  });
}

function checkFree<Row>(base: Feature<Row>, feature: NamedFeature<Row>, at: readonly string[]): void {
  const option = `fidelities.${feature.name}`;
  if (feature.fitted.fidelities === undefined) throw new OptionError(option, 'this feature has no versions');
  const free = freeOf(base, feature, at);
  const other = at.find((each) => !free.includes(each));
  if (other === undefined) return;
  throw new OptionError(option, `'${other}' costs money or is live: leave it out`);
}
