import type { Profile } from '../../lib/costs/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import {
  gradientBoosting,
  type Learner,
  logisticRegression,
  recipeOf,
  ridgeRegression,
  smaller,
} from '../../lib/learn/learners/index.js';
import { type FullOption, isRegression } from './full.js';

/** What learners for stages follow from. */
interface Given<L> {
  readonly approximate?: Learner | readonly Learner[] | undefined;
  readonly full: FullOption<L>;
  readonly features: FeatureSet<never>;
}

/**
 * Learners for the stages: those that were given, else the full model's own, or the one that it carries. Linear ones take
 * no missing values, so that boosted trees are the default of other trained models where features have some.
 */
export function approximateOf<L>({ approximate, full, features }: Given<L>): readonly Learner[] {
  if (approximate !== undefined) return [approximate].flat();
  if ('fit' in full) return [full];
  if (full.approximate !== undefined) return [full.approximate];
  const isNumber = isRegression(full);
  if (!hasGaps(features)) return [linearFor(isNumber)];
  return [isNumber ? gradientBoosting({ loss: 'squared' }) : gradientBoosting()];
}

/**
 * Cheaper learners beside the full model's own boosted trees or forest, of which the search of `tune` takes what pays.
 * None where learners were given, and none that
 *
 * - can't take the features' missing values, or would break what the trees' options say of features,
 * - a profile which was given has no cost of.
 */
export function offeredBeside<L>(
  given: Given<L> & { readonly profile?: Profile | undefined },
): readonly Learner[] {
  const { approximate, full, features, profile } = given;
  const own = 'fit' in full ? full : full.approximate;
  if (approximate !== undefined || own === undefined) return [];
  if (recipeOf(own)?.kind !== 'gradient-boosting' && own.name !== FOREST) return [];
  const says = Object.values(own.mentions ?? {}).some((names) => names.length > 0);
  const small = smaller(own);
  const all = hasGaps(features) || says ? [] : [linearFor(isRegression(full))];
  return [...(small ? [small] : []), ...all].filter(
    ({ name }) => name !== own.name && (profile === undefined || Object.hasOwn(profile?.models ?? {}, name)),
  );
}

const FOREST = 'random-forest';

function hasGaps(features: FeatureSet<never>): boolean {
  return features.names.some((name) => features.get(name).missing);
}

function linearFor(isNumber: boolean): Learner {
  return isNumber ? ridgeRegression() : logisticRegression();
}
