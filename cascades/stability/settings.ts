import { checkFlag, checkTolerance } from '../../lib/check.js';
import { type Feature, type FeatureSet, sameWithin, TOLERANCE } from '../../lib/features/index.js';

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

/** Names of the features whose numbers change by nature. */
export function liveOf<Row>(features: FeatureSet<Row>): string[] {
  return features.names.filter((name) => isLive(name, features.get(name)));
}

function isLive<Row>(name: string, { live = false }: Feature<Row>): boolean {
  checkFlag(`features.${name}.live`, live);
  return live;
}

/** What isn't compared within the usual tolerance, by name. */
export function tolerancesOf(
  each: readonly { readonly name: string; readonly tolerance?: number | undefined }[],
): Record<string, number> {
  const other = each.flatMap(({ name, tolerance = TOLERANCE }) =>
    tolerance === TOLERANCE ? [] : [[name, tolerance] as const],
  );
  return Object.fromEntries(other);
}
