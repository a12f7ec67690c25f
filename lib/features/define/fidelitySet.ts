import { OptionError } from '../../errors.js';
import type { FeatureSet } from './define.js';
import type { Feature } from './feature.js';
import {
  type AtFidelity,
  type FidelityNames,
  fidelityName,
  fidelityOf,
  type StepPlace,
  type SteppedFeature,
} from './fidelity.js';

/**
 * The definitions of features and of their versions, by their names: the features in their order, and after them the
 * versions, by feature and cheapest first.
 *
 * @param stepped the fitted features in these fidelities
 */
export function fidelitySet<Row, Name extends string>(
  features: FeatureSet<Row, Name>,
  stepped: readonly SteppedFeature<Row>[],
  fidelities: FidelityNames,
): FeatureSet<Row, AtFidelity<Name>> {
  const all: FeatureSet<Row> = features;
  return {
    names: fidelityNames(features.names, fidelities),
    get(name) {
      const of = fidelityOf(name, fidelities);
      if (of === undefined) return all.get(name);
      const step = stepped.find((feature) => feature.name === name);
      if (step === undefined) throw new OptionError('features', `no version is named '${name}'`);
      return versionOf(all.get(of.feature), step, { at: fidelities[of.feature], step: of.step });
    },
  };
}

/** The names of features, and after them those of their versions, by feature and cheapest first. */
export function fidelityNames<Name extends string>(
  names: readonly Name[],
  fidelities: FidelityNames,
): AtFidelity<Name>[] {
  const versions = names.flatMap((name) =>
    (Object.hasOwn(fidelities, name) ? fidelities[name] : []).map((at) => fidelityName(name, at)),
  );
  return [...names, ...versions];
}

/**
 * A version of a feature as it is defined. No cache stands before it, and it has no keys.
 *
 * @param place where it serves
 */
export function versionOf<Row>(
  feature: Feature<Row>,
  { reads = feature.reads, own = {} }: Pick<SteppedFeature<Row>, 'reads' | 'own'>,
  place?: StepPlace,
): Feature<Row> {
  const { served } = feature;
  return {
    kind: feature.kind,
    version: feature.version,
    options: feature.options,
    reads,
    price: own.price ?? feature.price,
    tolerance: own.tolerance ?? feature.tolerance,
    live: own.live ?? feature.live,
    missing: own.missing ?? feature.missing,
    expensive: own.expensive ?? feature.expensive,
    check: feature.check,
    checkAll: feature.checkAll,
    steps: feature.steps,
    learns: feature.learns,
    // Bound, it takes as many parameters, which say whether it learns.
    fit: feature.fit.bind(feature),
    load: (state) => feature.load(state),
    ...(served &&
      feature.keys === undefined && {
        served: (fitted, name, cost) => served.call(feature, fitted, name, cost, place),
      }),
  };
}
