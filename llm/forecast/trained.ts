import type { PathRows, SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { lastWithin, poisson, type RunClaim, type RunCourse } from './courses.js';
import { lastWon } from './excess.js';

/** Stages that are trained, and have scored a table: what isn't known of it are the errors in its sample. */
export interface TrainedStages {
  /** Rows of the table, and of them those that weren't asked about yet. */
  readonly rows: number;
  readonly rest: number;
  /** Rows of the rest that each plan lets out, and that it or one before it does. */
  readonly leaving: readonly number[];
  readonly open: readonly number[];
  readonly design: SampleDesign;
  /** How the path answered the rows that it was tuned on. */
  readonly seen: PathRows;
}

/** Of the errors that tuning saw, those that remain: what is served was fitted to all rows, and not to a part of them. */
const LEARNT = 0.9;

/** Courses from here on: the errors that tuning saw are drawn anew, and then those of the sample. */
export function coursesFrom(
  stages: TrainedStages,
  claim: RunClaim,
  count: number,
  random: Random,
): RunCourse[] {
  const { seen, design } = stages;
  const errors = new Float64Array(design.plans);
  for (const first of seen.spoils) if (first < design.plans) errors[first]++;
  // Rows to train on are harder than others: errors are counted among those of them that leave.
  const opened = Math.max(1, seen.opens.filter((first) => first < design.plans).length);
  return Array.from({ length: count }, () => courseFrom(stages, claim, errors, opened, random));
}

function courseFrom(
  { rows, leaving, open, design }: TrainedStages,
  { loss, epsilon, delta, flips }: RunClaim,
  errors: Float64Array,
  opened: number,
  random: Random,
): RunCourse {
  const isInExcess = loss === 'excessDisagreement';
  const again = isInExcess ? design.count : 0;
  const all = { isCertified: false, sample: design.count, asked: rows, again };
  const may = open[design.plans - 1] ?? 0;
  if (design.errors < 0 || may === 0) return all;
  const rates = Array.from(errors, (count) => (LEARNT * poisson(count, random)) / opened);
  const passed = isInExcess
    ? lastWon(
        { leaves: leaving, differs: summed(rates).map((rate) => rate * may) },
        { design, open: may, allowed: Math.floor(epsilon * rows), delta, flips },
        random,
      )
    : lastWithin(rates, design, random);
  if (passed < 0 || leaving[passed] === 0) return all;
  const spared = leaving[passed] * (1 - design.count / may);
  return { isCertified: true, sample: design.count, asked: Math.round(rows - spared), again };
}

function summed(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
