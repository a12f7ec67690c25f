import type { Profile } from '../../lib/costs/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import {
  gradientBoosting,
  type Learner,
  logisticRegression,
  ridgeRegression,
  smaller,
} from '../../lib/learn/learners/index.js';
import { type FullOption, isRegression } from './full.js';

/**
 * Learners for the stages: those that were given; else the full model's own, or the one that it carries, and cheaper
 * ones beside it, of which the search takes what pays. None is offered that can't take the features' missing values, or
 * that a profile which was given has no cost of.
 */
export function approximateOf<L>({
  approximate,
  full,
  features,
  profile,
}: {
  readonly approximate?: Learner | readonly Learner[] | undefined;
  readonly full: FullOption<L>;
  readonly features: FeatureSet<never>;
  readonly profile?: Pick<Profile, 'models'> | undefined;
}): readonly Learner[] {
  if (approximate !== undefined) return [approximate].flat();
  const isNumber = isRegression(full);
  const hasGaps = features.names.some((name) => features.get(name).missing);
  const linear = isNumber ? ridgeRegression() : logisticRegression();
  const own = 'fit' in full ? full : full.approximate;
  if (own === undefined) {
    if (!hasGaps) return [linear];
    return [isNumber ? gradientBoosting({ loss: 'squared' }) : gradientBoosting()];
  }
  const cheaper = [smaller(own), hasGaps ? undefined : linear].flatMap((learner) => learner ?? []);
  const isCosted = (name: string) => profile === undefined || Object.hasOwn(profile.models ?? {}, name);
  return [own, ...cheaper.filter(({ name }) => name !== own.name && isCosted(name))];
}
