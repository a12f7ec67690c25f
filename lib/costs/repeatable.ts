import type { FeatureSet } from '../features/define/index.js';
import type { Cost } from './cost.js';
import type { Profile } from './profile.js';
import { isDear } from './samples.js';

/** Which features and transforms may compute further rows, to be measured. */
export interface Repeatable {
  feature(name: string): boolean;
  /** @param key of `Profile.transforms` */
  transform(key: string): boolean;
}

/**
 * What has no price, doesn't wait, isn't slow and doesn't call itself expensive; nor any transform that it reads. A
 * transform that a feature with a price reads may be where that is paid. Features name all transforms behind them:
 * one that some such feature reads has none behind it that mustn't be computed again.
 */
export function repeatableOf<Row>({ features, transforms }: Profile, defined: FeatureSet<Row>): Repeatable {
  const all = Object.entries(features);
  const paid = new Set(all.flatMap(([, { cost, reads }]) => (cost.price > 0 ? reads : [])));
  const cheap = (key: string) => !paid.has(key) && isRepeatable(transforms[key]);
  const askable = all.filter(
    ([name, { cost, reads }]) =>
      defined.get(name).expensive !== true && isRepeatable(cost) && reads.every(cheap),
  );
  const names = new Set(askable.map(([name]) => name));
  const read = new Set(askable.flatMap(([, { reads }]) => reads));
  return { transform: (key) => read.has(key), feature: (name) => names.has(name) };
}

/** Whether something may be run for more rows, to be measured. */
export function isRepeatable(cost: Cost): boolean {
  return cost.wait === 0 && !isDear(cost);
}
