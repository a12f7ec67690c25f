import { countUpTo, errorsDue, type PathRows, type SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { poisson, type RunCourse } from './courses.js';

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
export function coursesFrom(stages: TrainedStages, count: number, random: Random): RunCourse[] {
  const { seen, design } = stages;
  const errors = new Float64Array(design.plans);
  for (const first of seen.spoils) if (first < design.plans) errors[first]++;
  // Rows to train on are harder than others: errors are expected plan by plan.
  const { rest, leaving, open } = stages;
  const [changed, opened] = [countUpTo(seen.plans, seen.spoils), countUpTo(seen.plans, seen.opens)];
  const due = errorsDue({ rows: rest }, { rows: seen.opens.length, changed, opened, leaving });
  const may = open[design.plans - 1] ?? 0;
  // By plan: among how many rows that may be drawn one of its errors is expected.
  const among = errors.map((count, j) => (count * may) / (due[j] - (due[j - 1] ?? 0)) || 1);
  return Array.from({ length: count }, () => courseFrom(stages, errors, among, random));
}

function courseFrom(
  { rows, leaving, open, design }: TrainedStages,
  errors: Float64Array,
  among: Float64Array,
  random: Random,
): RunCourse {
  const all = { isCertified: false, sample: design.count, asked: rows };
  const may = open[design.plans - 1] ?? 0;
  if (design.errors < 0 || may === 0) return all;
  let [found, passed] = [0, -1];
  for (let step = 0; step < design.plans; step++) {
    const rate = (LEARNT * poisson(errors[step], random)) / among[step];
    found += poisson(design.count * rate, random);
    if (found > design.errors) break;
    passed = step;
  }
  if (passed < 0 || leaving[passed] === 0) return all;
  const spared = leaving[passed] * (1 - design.count / may);
  return { isCertified: true, sample: design.count, asked: Math.round(rows - spared) };
}
