import { allowedErrors, binomialPValue } from '../../lib/stats/index.js';
import { type BoundSpec, isOfZeroAndOne, limitsOf, methodOf, unitsNeeded } from '../certification/index.js';
import type { Problem } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { Found } from './chainSearch.js';

/** A chain that costs this many times the best one gets no path of its own. */
const RIVAL = 1.5;
/** With more certification rows the best chain doesn't fail by chance, and a second one would be fitted for nothing. */
const FEW = 2_000;

/** A chain whose path will be tested, and the delta for its tests. */
export interface Contender {
  readonly found: Found;
  readonly delta: number;
}

/**
 * The best chain and, if its tests can't use all of delta and the rest is enough to certify
 * anything, the best chain of other features beside it: with few rows the best chain's first plans
 * may fail by chance (docs/decisions/17-two-paths.md).
 */
export function contenders<Row, L extends Label>(
  found: readonly Found[],
  { spec, certification }: Problem<Row, L>,
): Contender[] {
  const [best] = found;
  if (best === undefined) return [];
  const { delta } = spec;
  const featuresOf = ({ chain }: Found) => JSON.stringify(chain.stages.map(({ features }) => features));
  const rival = found.find((other) => featuresOf(other) !== featuresOf(best));
  const { units, groups } = certification;
  const used = groups === undefined ? usedOf(spec, units) : delta;
  const spare = delta - used;
  const isEnough = spare > 0 && units <= FEW && unitsNeeded({ ...spec, delta: spare }, 'rows') <= units;
  if (rival === undefined || rival.cost > RIVAL * best.cost || !isEnough) return [{ found: best, delta }];
  return [
    { found: best, delta: used },
    { found: rival, delta: spare },
  ];
}

/**
 * The delta that tests on `n` rows can spend. Counts are whole: the exact binomial test at level
 * delta equals one at the p-value of the most errors that it allows, and the rest is never spent.
 * For other tests no such rest is known.
 */
function usedOf(spec: BoundSpec, n: number): number {
  const { delta } = spec;
  const limits = limitsOf(spec);
  const [{ loss, epsilon }] = limits;
  // Tests of several epsilons each have a share, and another rest.
  if (spec.also !== undefined) return delta;
  const isCounted = typeof loss === 'string' && isOfZeroAndOne(loss);
  if (limits.length > 1 || !isCounted || methodOf(limits[0], 'rows') !== 'exact') return delta;
  const errors = allowedErrors(n, epsilon, delta);
  return errors < 0 ? delta : binomialPValue(errors, n, epsilon);
}
