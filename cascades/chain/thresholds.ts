import { type ChainEvidence, exitStage, exitsAt, type StageEvidence, type Thresholds } from './evidence.js';
import type { Order } from './order.js';

/**
 * The thresholds of all stages and classes together that make `mean cost + lambda * mean loss` least on the rows of
 * the evidence.
 *
 * Coordinate descent from the last stage to the first: given the other stages, a row that reaches a
 * stage should exit if that is cheaper than the cost and loss of its way through the later stages.
 * For each class the best threshold is then the best prefix of its rows in order of confidence.
 * Each step is exact, so the objective never rises; it ends when a whole sweep changes nothing.
 */
export function jointThresholds(chain: ChainEvidence, lambda: number, orders: readonly Order[]): Thresholds {
  const thresholds: Float64Array[] = chain.stages.map(() =>
    new Float64Array(chain.width).fill(Number.POSITIVE_INFINITY),
  );
  // At first none leaves early.
  const exits = new Int32Array(chain.rows).fill(chain.stages.length);
  // A single stage depends on no other: it is in its place after one sweep.
  const most = chain.stages.length > 1 ? 20 : 1;
  for (let sweep = 0, moved = true; moved && sweep < most; sweep++) {
    moved = false;
    // Stages are moved from the last to the first, so that where rows leave before one holds for the whole sweep.
    if (sweep > 0)
      for (let row = 0; row < chain.rows; row++) exits[row] = exitStage(chain.stages, thresholds, row);
    const onward = chain.costs[chain.stages.length].slice();
    for (let s = chain.stages.length - 1; s >= 0; s--) {
      const stage = chain.stages[s];
      const best = bestThresholds(stage, s, lambda, onward, exits, orders[s], chain.width);
      moved ||= best.some((threshold, c) => threshold !== thresholds[s][c]);
      thresholds[s] = best;
      // The first stage has no earlier one to pass rows on.
      if (s === 0) break;
      const costs = chain.costs[s];
      for (let row = 0; row < chain.rows; row++) {
        const leaves = exitsAt(stage, best, row);
        onward[row] = costs[row] + (leaves ? lambda * stage.loss[row] : onward[row]);
      }
    }
  }
  return thresholds;
}

function bestThresholds(
  { confidence, loss }: StageEvidence,
  stage: number,
  lambda: number,
  onward: Float64Array,
  exits: Int32Array,
  order: Order,
  width: number,
): Float64Array {
  const thresholds = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  for (let c = 0; c < width; c++) {
    const rows = order[c];
    // One tied score for every row doesn't order them.
    if (rows.length === 0 || confidence[rows[0]] === confidence[rows[rows.length - 1]]) continue;
    let gain = 0;
    let best = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (exits[row] >= stage) gain += onward[row] - lambda * loss[row];
      const next = i + 1 < rows.length ? confidence[rows[i + 1]] : 0;
      // Tied rows exit together or not at all.
      if (gain > best && confidence[row] > next) {
        best = gain;
        thresholds[c] = between(next, confidence[row]);
      }
    }
  }
  return thresholds;
}

/** Halfway between two neighbouring scores; the upper one if no number is between them. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle > low && middle <= high ? middle : high;
}
