import type { Thresholds } from '../../../cascades/chain/index.js';
import type { Random } from '../../../lib/stats/index.js';

/** A world of nested plans of one stage, whose losses are chosen: a plan that lets a share s exit loses ERRORS * s. */

/** The share of exiting rows that differ from the full model. */
export const ERRORS = 0.1;
const NEVER = Number.POSITIVE_INFINITY;

/** The path of plans that lose so much, each from 0 to ERRORS. */
export function pathOf(losses: readonly number[]): Thresholds[] {
  return losses.map((loss) => [Float64Array.of(NEVER, 1 - loss / ERRORS)]);
}

export function drawRows(rows: number, chance: Random) {
  const confidence = Float64Array.from({ length: rows }, () => chance.uniform());
  const full = Float64Array.from({ length: rows }, () => Number(chance.uniform() >= ERRORS));
  const answers = new Float64Array(rows).fill(1);
  const stages = [{ answers, confidence, loss: new Float64Array(rows) }];
  return { stages, full, labels: undefined, groups: undefined, classes: [0, 1] };
}
