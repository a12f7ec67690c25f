import { type Cost, isDear, type Profile } from '../../lib/profile/index.js';

/** What may be computed for more rows, to be measured. */
export interface Askable {
  feature(name: string): boolean;
  /** @param key of `Profile.transforms` */
  transform(key: string): boolean;
}

/**
 * What has no price, doesn't wait and isn't slow; nor any transform that it reads. A transform that a feature with a price reads
 * may be where that is paid.
 */
export function askableOf({ features, transforms }: Profile): Askable {
  const paid = new Set(Object.values(features).flatMap(({ cost, reads }) => (cost.price > 0 ? reads : [])));
  const transform = (key: string) => !paid.has(key) && isAskedAgain(transforms[key]);
  return {
    transform,
    feature: (name) => isAskedAgain(features[name].cost) && features[name].reads.every(transform),
  };
}

/** Whether something may be run for more rows, to be measured. */
export function isAskedAgain(cost: Cost): boolean {
  return cost.wait === 0 && !isDear(cost);
}
