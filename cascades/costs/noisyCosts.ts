import { median } from 'simple-statistics';
import { type Cost, costOf, featureCosts, type Objective, type Profile } from '../../lib/costs/index.js';
import { grouped } from '../../lib/util/count.js';
import { type Material, versionsBut } from '../training/index.js';
import { fullCost } from './stageCosts.js';

/** A cost swings where it does so by this factor more than those of most other parts in the same rounds. */
const SWINGS = 5;
/** A cost that is small even where it is dear changes no plan: by its share of the full pipeline's. */
const SMALL = 0.1;

/** A feature whose cost is noise, and the factor by which it swings beyond the swing of others. */
export interface NoisyCost {
  readonly feature: string;
  readonly factor: number;
}

/**
 * Features and versions whose cost no stage can build on: one batch takes many times what the next one does. A busy
 * machine slows all parts down, so that each is compared with what most others do in the same rounds.
 *
 * @param names of features and versions
 * @param reads features of the full model
 */
export function noisyCosts(
  profile: Profile,
  names: readonly string[],
  reads: readonly string[],
  objective: Objective,
): NoisyCost[] {
  // Prices are declared.
  if (objective === 'price') return [];
  const { features, transforms, full } = profile;
  const whole = fullCost(profile, reads, objective);
  const parts: readonly Cost[] = [
    ...Object.values(features).map(({ cost }) => cost),
    ...Object.values(transforms),
    ...(full ? [full] : []),
  ];
  return names.flatMap((feature) => {
    const own = featureCosts(profile, [feature]);
    const swing = Math.max(...own.map(({ swing = 1 }) => swing));
    const others = parts.flatMap((part) => (own.includes(part) ? [] : (part.swing ?? [])));
    const factor = swing / (others.length > 0 ? median(others) : 1);
    return factor >= SWINGS && swing * costOf(own, objective) >= SMALL * whole ? [{ feature, factor }] : [];
  });
}

/** What stages may read: features and versions without noisy ones. */
export function quiet(material: Material, noisy: readonly NoisyCost[]): Material {
  const isQuiet = (name: string) => noisy.every(({ feature }) => feature !== name);
  const { features, fidelities } = material;
  return { ...material, features: features.filter(isQuiet), fidelities: versionsBut(fidelities, isQuiet) };
}

/** A line for each feature that stages do without. */
export function noisyNotes(noisy: readonly NoisyCost[]): string[] {
  return noisy.map(
    ({ feature, factor }) =>
      `Left out of stages: ${feature}, whose cost is noise. It swings from batch to batch by a factor ` +
      `${grouped(factor, 2)} beyond what other parts do, so what a stage of it saves can't be told.`,
  );
}
