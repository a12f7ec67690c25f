import { type Chain, costAtLoss, exitsAt, type Thresholds, thresholdsAtLoss } from '../chain/index.js';
import { type StageTrainer, tryStage } from '../training/index.js';
import type { Found, SearchOptions } from './chainSearch.js';

/** A model of fewer rows of a class than this isn't worth a try. */
const FEWEST = 10;

/**
 * Refits the later stages of a chain on only the rows that earlier stages pass on (except prefixes
 * of ensembles), and keeps each that makes the chain cheaper: Viola and Jones's bootstrapping (CVPR
 * 2001, section 4), on rows that the passing models hadn't seen.
 */
export async function refineStages(
  trainer: StageTrainer,
  found: Found,
  { costs, target }: Pick<SearchOptions, 'costs' | 'target'>,
): Promise<Found> {
  let best = found;
  for (let s = 1; s < best.chain.stages.length; s++) {
    const passed = passing(trainer, best.chain, thresholdsAtLoss(best.chain, target), s);
    if (best.chain.stages[s].prefix !== null || !isEnough(trainer, passed)) continue;
    const stage = best.chain.stages[s];
    const targets = (['labels', 'answers'] as const).filter((target) => trainer.targets[target]);
    const tried = targets.map((target) =>
      tryStage(trainer, { ...stage, target, passed: true, passedRows: passed }),
    );
    for (const candidate of await Promise.all(tried)) {
      const stages = best.chain.stages.with(s, candidate);
      const chain = { ...best.chain, stages, costs: costs(stages) };
      const cost = costAtLoss(chain, target);
      if (cost < best.cost) best = { chain, cost };
    }
  }
  return best;
}

/** The development rows that no stage before `stage` answers. */
function passing(
  { split: { scored } }: StageTrainer,
  { stages }: Chain,
  thresholds: Thresholds,
  stage: number,
): Int32Array {
  return scored.filter(
    (_, row) => !stages.slice(0, stage).some((s, i) => exitsAt(s.evidence, thresholds[i], row)),
  );
}

/** Whether every round leaves rows to fit on: of classes, rows of at least two. */
function isEnough({ rounds, targets, width }: StageTrainer, passed: Int32Array): boolean {
  const labels = (targets.labels ?? targets.answers)?.truth;
  if (labels === undefined) return false;
  const among = new Set(passed);
  return rounds.every(({ fit }) => {
    if (width === 1) return fit.filter((row) => among.has(row)).length >= 2 * FEWEST;
    const counts = new Map<number, number>();
    for (const row of fit) if (among.has(row)) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
    return [...counts.values()].filter((count) => count >= FEWEST).length >= 2;
  });
}
