import { countUpTo, type PathRows, type SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { poisson, type RunCourse, spared } from './courses.js';

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

/**
 * Courses from here on: the errors that tuning saw are drawn anew, and then those of the sample.
 *
 * @param different rows of the table that differ, and of them those that were asked about
 */
export function coursesFrom(
  stages: TrainedStages,
  table: { readonly different: number; readonly asked: number },
  count: number,
  random: Random,
): RunCourse[] {
  const { seen, design } = stages;
  const errors = new Float64Array(design.plans);
  for (const first of seen.spoils) if (first < design.plans) errors[first]++;
  const opened = countUpTo(design.plans, seen.opens);
  return Array.from({ length: count }, () => courseFrom(stages, table, errors, opened, random));
}

function courseFrom(
  { rest, leaving, open, design }: TrainedStages,
  { different, asked }: { readonly different: number; readonly asked: number },
  errors: Float64Array,
  opened: readonly number[],
  random: Random,
): RunCourse {
  const all = { isCertified: false, sample: design.count, asked: different };
  const may = open[design.plans - 1] ?? 0;
  if (design.errors < 0 || may === 0) return all;
  let seen = LEARNT * poisson(UNSEEN, random);
  let [expected, found, passed] = [0, 0, -1];
  for (let step = 0; step < design.plans; step++) {
    seen += LEARNT * poisson(errors[step], random);
    // Rows to train on are harder than others: fewer of them leave by early plans, so errors are a share of those that do.
    const share = (seen / Math.max(FEW, opened[step])) * (open[step] / may);
    const more = Math.max(0, design.count * share - expected);
    expected += more;
    found += poisson(more, random);
    if (found > design.errors) break;
    passed = step;
  }
  if (passed < 0 || leaving[passed] === 0) return all;
  const left = { rows: rest, different: different - asked };
  const fewer = spared(left, leaving[passed] / rest, design.count / may);
  return { isCertified: true, sample: design.count, asked: Math.round(different - fewer) };
}
