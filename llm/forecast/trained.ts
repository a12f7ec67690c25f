import { countUpTo, errorsDue, type PathRows, type SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { poisson, type RunClaim, type RunCourse, spared } from './courses.js';
import { lastWon } from './excess.js';

/** Stages that are trained, and have scored a table: what isn't known of it are the errors in its sample. */
export interface TrainedStages {
  /** Rows of the table that weren't asked about yet. */
  readonly rest: number;
  /** Rows of the rest that each plan lets out, and that it or one before it does. */
  readonly leaving: readonly number[];
  readonly open: readonly number[];
  readonly design: SampleDesign;
  /** How the path answered the rows that it was tuned on. */
  readonly seen: PathRows;
}

/** Of the errors that tuning saw, those that remain: what is served was fitted to all rows, and not to a part of them. */
const LEARNT = 0.93;
/** Errors beyond those seen: the path was chosen on the same rows, so that its early plans seem to err less than they do. */
const UNSEEN = 2;
/** Of fewer rows that leave a share of errors says nothing. */
const FEW = 20;

/** A table's rows, how many of them differ, and of these those that were asked about. */
export interface AskedSoFar {
  readonly rows: number;
  readonly different: number;
  readonly asked: number;
}

/** Courses from here on: the errors that tuning saw are drawn anew, and then those of the sample. */
export function coursesFrom(
  stages: TrainedStages,
  table: AskedSoFar,
  claim: RunClaim,
  count: number,
  random: Random,
): RunCourse[] {
  const { seen, design } = stages;
  const errors = new Float64Array(design.plans);
  for (const first of seen.spoils) if (first < design.plans) errors[first]++;
  const [changed, opened] = [countUpTo(seen.plans, seen.spoils), countUpTo(seen.plans, seen.opens)];
  const { rest, open } = stages;
  const due = errorsDue({ rows: rest }, { rows: seen.opens.length, changed, opened, leaving: open });
  return Array.from({ length: count }, () => {
    const wrong = wrongShares(stages, { errors, due, opened }, random);
    return courseFrom(stages, table, claim, wrong, random);
  });
}

/** By plan: errors that tuning saw, those that are due for them in the rest, and rows that it or one before it let out there. */
interface ErrorsSeen {
  readonly errors: Float64Array;
  readonly due: readonly number[];
  readonly opened: readonly number[];
}

/** By plan: of the rows that may be drawn, the share that it or one before it answers otherwise. */
function wrongShares(
  { open, design }: TrainedStages,
  { errors, due, opened }: ErrorsSeen,
  random: Random,
): number[] {
  const may = open[design.plans - 1] ?? 0;
  const unseen = LEARNT * poisson(UNSEEN, random);
  let [waiting, wrong, most] = [0, 0, 0];
  return Array.from(errors, (count, step) => {
    waiting += count;
    const more = due[step] - (due[step - 1] ?? 0);
    if (more > 0 && waiting > 0) {
      wrong += (LEARNT * more * poisson(waiting, random)) / waiting;
      waiting = 0;
    }
    most = Math.max(most, (wrong + (unseen * open[step]) / Math.max(FEW, opened[step])) / may);
    return most;
  });
}

function courseFrom(
  { rest, leaving, open, design }: TrainedStages,
  { rows, different, asked }: AskedSoFar,
  { loss, epsilon, delta, flips }: RunClaim,
  wrong: readonly number[],
  random: Random,
): RunCourse {
  const isInExcess = loss === 'excessDisagreement';
  const again = isInExcess ? design.count : 0;
  const all = { isCertified: false, sample: design.count, asked: different, again };
  const may = open[design.plans - 1] ?? 0;
  if (design.errors < 0 || may === 0) return all;
  const passed = isInExcess
    ? lastWon(
        { leaves: leaving, differs: wrong.map((share) => share * may) },
        { design, open: may, allowed: Math.floor(epsilon * rows), delta, flips },
        random,
      )
    : lastWithin(wrong, design, random);
  if (passed < 0 || leaving[passed] === 0) return all;
  const left = { rows: rest, different: different - asked };
  const fewer = spared(left, leaving[passed] / rest, design.count / may);
  return { isCertified: true, sample: design.count, asked: Math.round(different - fewer), again };
}

/** The last plan up to which few enough rows of a sample are wrong; -1 where none is. */
function lastWithin(
  wrong: readonly number[],
  { plans, count, errors }: SampleDesign,
  random: Random,
): number {
  let [found, passed] = [0, -1];
  for (let step = 0; step < plans; step++) {
    found += poisson(count * (wrong[step] - (wrong[step - 1] ?? 0)), random);
    if (found > errors) break;
    passed = step;
  }
  return passed;
}
