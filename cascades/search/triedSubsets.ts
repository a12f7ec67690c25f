import { type Candidate, costAtLoss, meanOf, subsetKey } from '../chain/index.js';
import type { TriedSubset } from '../types/index.js';
import type { SearchOptions } from './chainSearch.js';

/** For the report: of each subset and learner the model with which a cascade of that stage alone would cost least. */
export function triedSubsets(
  { width, costs }: Pick<SearchOptions, 'width' | 'costs'>,
  candidates: readonly Candidate[],
  target: number,
): TriedSubset[] {
  const [full] = costs([]);
  const whole = meanOf(full);
  const best = new Map<string, TriedSubset>();
  for (const candidate of candidates) {
    const { features, learner, target: fittedTo, prefix, evidence } = candidate;
    const rows = evidence.loss.length;
    const chain = { stages: [candidate], costs: costs([candidate]), rows, width };
    // If no threshold lets the stage answer, the full model alone does.
    const alone = Math.min(costAtLoss(chain, target), whole);
    const key = subsetKey(candidate);
    const seen = best.get(key);
    if (seen !== undefined && alone >= seen.alone) continue;
    const lost = evidence.loss.reduce(
      (sum, loss) => sum + (width === 1 ? Math.min(1, loss) : Number(loss !== 0)),
      0,
    );
    const cost = meanOf(chain.costs[0]);
    best.set(key, { features, learner, target: fittedTo, prefix, cost, agreement: 1 - lost / rows, alone });
  }
  return [...best.values()];
}
