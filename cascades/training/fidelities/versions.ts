import {
  type Feature,
  type FeatureSet,
  type FidelityNames,
  fidelityName,
  fidelitySet,
  inFidelities,
  versionOf,
} from '../../../lib/features/define/index.js';
import type { NamedFeature } from '../../../lib/run/runtime/index.js';

/** Fitted features with versions of them: what to compute and what to measure. */
export interface Versions<Row> {
  readonly names: FidelityNames;
  /** Versions whose work their features go on from. */
  readonly handingOn: ReadonlySet<string>;
  /** The features, those with versions as their last step, and after them the versions: they share their work. */
  readonly stepped: readonly NamedFeature<Row>[];
  /**
   * Definitions of all that has a cost of its own, features first: also of features as last steps, by
   * {@link wholeName}, except where computing these is to be avoided.
   */
  readonly set: FeatureSet<Row>;
  /** What is measured beside the features, in the order of `set`: versions, and features as last steps. */
  readonly measured: readonly NamedFeature<Row>[];
}

/** What a feature is called where it goes on from its versions. */
export function wholeName(feature: string): string {
  return fidelityName(feature, '');
}

/** @throws OptionError for versions that a feature hasn't, or in no order */
export function versionsOf<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  names: FidelityNames,
): Versions<Row> {
  const steps = inFidelities(fitted, names);
  const patience = fitted.find((feature) => feature.patience)?.patience;
  const stepped = steps.map((step) => ({ ...step, patience }));
  const defined: FeatureSet<Row> = fidelitySet(features, steps, names);
  const wholes = new Map<string, Feature<Row>>();
  const last: NamedFeature<Row>[] = [];
  for (const step of stepped.slice(0, fitted.length)) {
    if (!Object.hasOwn(names, step.name) || isAvoided(features.get(step.name))) continue;
    wholes.set(wholeName(step.name), versionOf(features.get(step.name), step));
    last.push({ ...step, name: wholeName(step.name) });
  }
  return {
    names,
    handingOn: new Set(steps.flatMap(({ name, handsOn }) => (handsOn ? [name] : []))),
    stepped,
    set: {
      names: [...defined.names, ...wholes.keys()],
      get: (name) => wholes.get(name) ?? defined.get(name),
    },
    measured: [...stepped.slice(fitted.length), ...last],
  };
}

/** Whether a feature's rows aren't computed more often than necessary, or are others each time. */
function isAvoided<Row>({ price = 0, expensive = false, live = false }: Feature<Row>): boolean {
  return price > 0 || expensive || live;
}
