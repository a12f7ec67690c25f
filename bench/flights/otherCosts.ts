import type { Profile } from 'spillway';
import { type Cost, shareOf } from '../../lib/costs/index.js';
import { random } from '../../lib/stats/index.js';

/** The logarithm of a factor is uniform, up to this far from 0: factors lie between .67 and 1.5. */
const SPREAD = 0.4;

/**
 * A profile as another machine or another day could have measured it: the time and the price of each feature
 * are multiplied by factors of their own.
 */
export function otherCosts<Name extends string>(profile: Profile<Name>, seed: number): Profile<Name> {
  const prices = random(1_000 + seed);
  const times = prices.fork('times');
  const factor = (draw: typeof prices) => Math.exp(SPREAD * (2 * draw.uniform() - 1));
  const other = (cost: Cost): Cost => ({
    ...shareOf(cost, factor(times)),
    price: factor(prices) * cost.price,
  });
  const features: { [Key in Name]: Profile<Name>['features'][Key] } = { ...profile.features };
  for (const name in features) features[name] = { ...features[name], cost: other(features[name].cost) };
  return { ...profile, features };
}
