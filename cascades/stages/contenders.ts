import type { Found } from '../chain/index.js';
import type { Problem } from '../problem/index.js';
import { unitsNeeded } from '../promise/index.js';
import type { Label } from '../terms/index.js';

/** What a second path's tests may spend of delta. */
const SECOND = 0.1;
/** A chain that costs so many times the best one isn't worth a path. */
const RIVAL = 1.5;

/**
 * The best chain, and where there are rows enough to certify anything with a tenth of delta the best one of other
 * features beside it: with few rows the best chain's first plans may fail by chance (docs/decisions/17-two-paths.md).
 */
export function contenders<Row, L extends Label>(
  found: readonly Found[],
  { question, certification }: Problem<Row, L>,
): { found: Found; share: number }[] {
  const [best] = found;
  if (best === undefined) return [];
  const featuresOf = ({ chain }: Found) => JSON.stringify(chain.stages.map(({ features }) => features));
  const rival = found.find((other) => featuresOf(other) !== featuresOf(best));
  const needed = unitsNeeded(
    { ...question, delta: SECOND * question.delta },
    certification.groups ? 'groups' : 'rows',
  );
  if (rival === undefined || rival.cost > RIVAL * best.cost || certification.units < needed) {
    return [{ found: best, share: 1 }];
  }
  return [
    { found: best, share: 1 - SECOND },
    { found: rival, share: SECOND },
  ];
}
