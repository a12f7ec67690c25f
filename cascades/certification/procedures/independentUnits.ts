import type { Random } from '../../../lib/stats/index.js';
import { type AnswerLoss, type LossOn, lossOn } from '../../losses/index.js';
import type { CertificationTable } from '../table.js';

/**
 * Independent units in an order chosen without their losses: what each loses under a plan, up to 1, and how much of it
 * (0 … 1) counts. The promise is of the mean of the one over the mean of the other.
 */
export interface IndependentUnits {
  readonly lost: Float64Array;
  readonly counts: Float64Array;
}

/** What a plan's answers lose, by unit: groups where rows have them, else the rows that count. */
export function unitsOn(
  loss: AnswerLoss,
  table: CertificationTable,
  random: Random,
): (answers: Float64Array) => IndependentUnits {
  const on = lossOn(loss, table);
  return table.groups === undefined
    ? rowUnits(on, table.full.length, random)
    : groupUnits(on, table.groups, random);
}

/** Rows in random order: the order that they came in may have a trend. */
function rowUnits({ lost, counts }: LossOn, rows: number, random: Random) {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  random.fork('row order').shuffle(order);
  return (answers: Float64Array): IndependentUnits => {
    const losses: number[] = [];
    for (const row of order) if (counts(answers[row], row)) losses.push(lost(answers[row], row));
    return { lost: Float64Array.from(losses), counts: new Float64Array(losses.length).fill(1) };
  };
}

/** A group's loss is the mean over its rows, as is what counts of it. */
function groupUnits({ lost, counts }: LossOn, groups: Int32Array, random: Random) {
  const keys = Int32Array.from(new Set(groups));
  random.fork('group order').shuffle(keys);
  const position = new Map(Array.from(keys, (key, i) => [key, i]));
  const units = groups.map((key) => position.get(key) ?? 0);
  const sizes = new Float64Array(keys.length);
  for (const unit of units) sizes[unit]++;
  const meansOf = (of: (row: number) => number) => {
    const sums = new Float64Array(keys.length);
    for (let row = 0; row < units.length; row++) sums[units[row]] += of(row);
    return sums.map((sum, unit) => sum / sizes[unit]);
  };
  return (answers: Float64Array): IndependentUnits => ({
    lost: meansOf((row) => lost(answers[row], row)),
    counts: meansOf((row) => Number(counts(answers[row], row))),
  });
}
