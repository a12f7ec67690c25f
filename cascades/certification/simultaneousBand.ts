import { bandLimits } from '../../lib/stats/index.js';
import { type AnswerLoss, type BoundSpec, countedAs, limitsOf, lossOn } from '../losses/index.js';
import { type CertificationTable, sampled, samplesOf } from './table.js';

/** What a plan of a path answers each row. */
type AnswersAt = (plan: number) => Float64Array;

/**
 * Limits that hold for all plans of the path together (see `bandLimits`): a row counts as wrong at a plan if it was
 * wrong at any plan up to it, so that counts only grow. Of a loss that isn't 0 or 1 the loss is counted that bounds
 * it: of `accuracy` harm.
 *
 * Of several samples the largest limit holds, whichever has the independent units.
 *
 * There is a band for a single loss that can be counted so, over rows; otherwise none.
 *
 * @param plans how many the path has
 */
export function bandOf(
  plans: number,
  answersAt: AnswersAt,
  table: CertificationTable,
  spec: BoundSpec,
): number[] {
  const counted = countedAs(spec.loss);
  if (limitsOf(spec).length > 1 || counted === undefined || table.groups !== undefined) return [];
  const bands = samplesOf(table).map((sample) => {
    const { table: own, at } = sampled(table, sample);
    return bandOn(plans, (plan) => at(answersAt(plan)), own, counted, spec.delta);
  });
  return Array.from({ length: plans }, (_, j) => Math.max(...bands.map((band) => band[j])));
}

/** The band over one sample. */
function bandOn(
  plans: number,
  answersAt: AnswersAt,
  table: CertificationTable,
  counted: AnswerLoss,
  delta: number,
): number[] {
  const n = table.full.length;
  if (n === 0) return new Array<number>(plans).fill(1);
  const { lost } = lossOn(counted, table);
  const limits = bandLimits(n, delta);
  const wrong = new Uint8Array(n);
  let count = 0;
  return Array.from({ length: plans }, (_, j) => {
    const plan = answersAt(j);
    for (let row = 0; row < n; row++) {
      if (wrong[row] === 1 || lost(plan[row], row) === 0) continue;
      wrong[row] = 1;
      count++;
    }
    return count < limits.length ? limits[count] : 1;
  });
}
