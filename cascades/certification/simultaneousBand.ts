import { bandLimits } from '../../lib/stats/index.js';
import { type BoundSpec, countedAs, type LossOn, limitsOf, lossOn } from '../losses/index.js';
import { type CertificationTable, sampled, samplesOf } from './table.js';

/** What a plan of a path answers each row. */
type AnswersAt = (plan: number) => Float64Array;

/**
 * Limits that hold for all plans of the path together (see `bandLimits`): a row counts as wrong at a plan if it was
 * wrong at any plan up to it, so that counts only grow. Of a loss that isn't 0 or 1 the loss is counted that bounds
 * it: of `accuracy` harm. Where the loss is of some rows alone, the band is over those.
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
    const on = { wrong: lossOn(counted, own), counts: lossOn(spec.loss, own).counts, rows: own.full.length };
    return bandOn(plans, (plan) => at(answersAt(plan)), on, spec.delta);
  });
  return Array.from({ length: plans }, (_, j) => Math.max(...bands.map((band) => band[j])));
}

/** What is counted on one sample, and the rows among which: those that count don't depend on the answers. */
interface Counted {
  readonly wrong: LossOn;
  readonly counts: LossOn['counts'];
  readonly rows: number;
}

/** The band over one sample. */
function bandOn(
  plans: number,
  answersAt: AnswersAt,
  { wrong: { lost }, counts, rows }: Counted,
  delta: number,
) {
  const among = Array.from({ length: rows }, (_, row) => row).filter((row) => counts(Number.NaN, row));
  if (among.length === 0) return new Array<number>(plans).fill(1);
  const limits = bandLimits(among.length, delta);
  const wrong = new Uint8Array(rows);
  let count = 0;
  return Array.from({ length: plans }, (_, j) => {
    const plan = answersAt(j);
    for (const row of among) {
      if (wrong[row] === 1 || lost(plan[row], row) === 0) continue;
      wrong[row] = 1;
      count++;
    }
    return count < limits.length ? limits[count] : 1;
  });
}
