import { bandLimits } from '../../lib/stats/index.js';
import { type BoundSpec, limitsOf } from './boundSpec.js';
import { lossOn } from './losses.js';
import { countedAs } from './lossFacts.js';
import { type CertificationTable, tableAt } from './table.js';

/** What a plan of a path answers each row. */
type AnswersAt = (plan: number) => Float64Array;

/**
 * Limits that hold for all plans of the path together (see `bandLimits`): a row counts as wrong at a plan if it was
 * wrong at any plan up to it, so that counts only grow. Of a loss that isn't 0 or 1 the loss is counted that bounds it: of
 * `accuracy` harm.
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
  const { full, groups, draws } = table;
  const { loss, delta } = spec;
  const counted = countedAs(loss);
  if (limitsOf(spec).length > 1 || counted === undefined || groups !== undefined) return [];
  const { lost } = lossOn(counted, table);
  const n = full.length;
  const limits = bandLimits(n, delta);
  const wrong = new Uint8Array(n);
  let count = 0;
  const over = draws && drawsBand(plans, answersAt, table, draws, spec);
  return Array.from({ length: plans }, (_, j) => {
    const plan = answersAt(j);
    for (let row = 0; row < n; row++) {
      if (wrong[row] === 1 || lost(plan[row], row) === 0) continue;
      wrong[row] = 1;
      count++;
    }
    const limit = count < limits.length ? limits[count] : 1;
    return over === undefined ? limit : Math.max(limit, over[j] ?? 1);
  });
}

/** The band over one row of each draw, where rows repeat: no plan's limit is below either. */
function drawsBand(
  plans: number,
  answersAt: AnswersAt,
  table: CertificationTable,
  draws: Int32Array,
  spec: BoundSpec,
): number[] {
  if (draws.length === 0) return new Array<number>(plans).fill(1);
  const at = (plan: number) => {
    const answers = answersAt(plan);
    return Float64Array.from(draws, (row) => answers[row]);
  };
  return bandOf(plans, at, tableAt(table, draws), spec);
}
