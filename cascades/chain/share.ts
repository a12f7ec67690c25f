import { exp } from '../../lib/util/math/index.js';

/** From so conservative that only one loss in a million would be risked for a row's full cost, to reckless. */
const CONSERVATIVE = 14;
const AGGRESSIVE = 0;
const HALVINGS = 9;

/**
 * Lambda, in units of the full model's cost, at a share (0 conservative … 1 aggressive) of the way
 * along a path.
 *
 * @param total the cost of a row that goes through all stages and the full model
 */
export function lambdaAt(total: number, share: number): number {
  return total * exp(CONSERVATIVE + share * (AGGRESSIVE - CONSERVATIVE));
}

/**
 * Halves the way along a path.
 *
 * @param isEnough whether no further halving is wanted
 * @returns the furthest share found at which `fits` holds
 */
export function furthestShare(fits: (share: number) => boolean, isEnough = () => false): number {
  let [conservative, aggressive] = [0, 1];
  for (let halving = 0; halving < HALVINGS && !isEnough(); halving++) {
    const share = (conservative + aggressive) / 2;
    if (fits(share)) conservative = share;
    else aggressive = share;
  }
  return conservative;
}

/**
 * The mean cost of a row where a path's mean loss is `target`.
 *
 * @param at mean cost and loss at a share of the way
 * @param precision share of the cost to which it is wanted
 */
export function costOverShares(
  at: (share: number) => { readonly cost: number; readonly loss: number },
  target: number,
  precision = 0,
): number {
  let conservative = { loss: 0, cost: Number.POSITIVE_INFINITY };
  let aggressive = { loss: Number.POSITIVE_INFINITY, cost: 0 };
  furthestShare(
    (share) => {
      const point = at(share);
      const fits = point.loss <= target;
      if (fits) conservative = point;
      else aggressive = point;
      return fits;
    },
    () => conservative.cost - aggressive.cost <= precision * aggressive.cost,
  );
  if (!Number.isFinite(aggressive.loss) || !Number.isFinite(conservative.cost)) return conservative.cost;
  // Losses are few and come one at a time: between two plans the cost is taken as linear in the loss.
  const along = (target - conservative.loss) / (aggressive.loss - conservative.loss);
  return conservative.cost + along * (aggressive.cost - conservative.cost);
}
