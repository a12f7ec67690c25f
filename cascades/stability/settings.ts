import { checkFlag, checkTolerance } from '../../lib/check.js';
import { type Feature, type FeatureSet, sameWithin, TOLERANCE } from '../../lib/features/define/index.js';

/** How a feature or model is compared with itself. */
export interface Comparison {
  readonly tolerance: number;
  readonly isSame: (a: number, b: number) => boolean;
}

export function comparisonOf(
  where: string,
  { tolerance }: { readonly tolerance?: number | undefined },
): Comparison {
  checkTolerance(`${where}.tolerance`, tolerance);
  const within = tolerance ?? TOLERANCE;
  return { tolerance: within, isSame: (a, b) => sameWithin(a, b, within) };
}

/** Names of the features whose values change by nature. */
export function liveOf<Row>(features: FeatureSet<Row>): string[] {
  return features.names.filter((name) => isLive(name, features.get(name)));
}

function isLive<Row>(name: string, { live = false }: Feature<Row>): boolean {
  checkFlag(`features.${name}.live`, live);
  return live;
}

interface Tolerant {
  readonly name: string;
  readonly tolerance?: number | undefined;
}

/**
 * Names of features and models that aren't compared within the usual tolerance.
 *
 * @param models those with a feature's name are called `name (model)`: the name alone is the feature's
 */
export function tolerancesOf(
  features: readonly Tolerant[],
  models: readonly Tolerant[],
): Record<string, number> {
  const taken = new Set(features.map(({ name }) => name));
  const called = models.map(({ name, tolerance }) => ({
    name: taken.has(name) ? `${name} (model)` : name,
    tolerance,
  }));
  const other = [...features, ...called].flatMap(({ name, tolerance = TOLERANCE }) =>
    tolerance === TOLERANCE ? [] : [[name, tolerance] as const],
  );
  return Object.fromEntries(other);
}
