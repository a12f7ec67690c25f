import { type BatchLoss, designOf, EXITING, type SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { exp, pow } from '../../lib/util/math/index.js';
import { lastWon } from './excess.js';
import type { StudentSeen } from './student.js';

/** What a run is to keep. */
export interface RunClaim {
  readonly loss: BatchLoss;
  readonly epsilon: number;
  readonly delta: number;
  /** The share of rows that the model answers in two ways: it matters in excess. */
  readonly flips: number;
}

/** A run that is thought through: its rows, and what it is to keep. */
export interface PlannedRun extends RunClaim {
  readonly rows: number;
  /** Rows asked about to train on, the pilot's included. */
  readonly training: number;
}

/** How a run may go. */
export interface RunCourse {
  /** Whether its batch is certified: else the model answers all. */
  readonly isCertified: boolean;
  /** Rows drawn for the test. */
  readonly sample: number;
  /** Rows that the model answers, all together. */
  readonly asked: number;
  /** Rows of the sample that it is asked about twice. */
  readonly again: number;
}

/**
 * How much less a student errs with more rows to train on: by the power of their ratio, on average, and its spread from
 * one set of rows to the next. Measured on glosses, mail and recorded answers by a prototype:
 * docs/decisions/153-forecast-of-a-table.md.
 */
const LEARNING = { mean: 0.38, spread: 0.12 };

/** The logarithm's spread of a table's errors around those of the student. */
const LEVEL = 0.25;

/** Plans on the path that is thought of. */
const STEPS = 40;

/**
 * Courses that a run may take, by what a student knew after the pilot. Each draws the pilot's rows anew with replacement
 * (the bootstrap: what 200 rows leave open), how fast the student learns, and the errors in the sample; the design
 * of the sample and its test are those of the run itself.
 */
export function coursesOf(seen: StudentSeen, run: PlannedRun, count: number, random: Random): RunCourse[] {
  return Array.from({ length: count }, () => courseOf(seen, run, random));
}

function courseOf({ wrong, trainedOn }: StudentSeen, run: PlannedRun, random: Random): RunCourse {
  const { rows, training, loss, epsilon, delta, flips } = run;
  const rest = rows - training;
  const all = { isCertified: false, sample: 0, asked: rows, again: 0 };
  const power = Math.max(0, LEARNING.mean + LEARNING.spread * random.normal());
  // What a search finds loses less than the plain student, or, of few rows, more.
  const level = exp(LEVEL * random.normal());
  const shrunk = level * Math.min(1, pow(training / trainedOn, -power));
  const drawn = Int32Array.from(wrong, () => random.integer(wrong.length)).sort();
  // By step: the share of rows that leave, and of rows that leave with another answer.
  const leaves: number[] = [];
  const errs: number[] = [];
  const isInExcess = loss === 'excessDisagreement';
  // The model's own flips: no student learns them.
  const own = isInExcess ? EXITING * flips : 0;
  let [at, errors] = [0, 0];
  for (let step = 1; step <= STEPS; step++) {
    for (; at < Math.round((step / STEPS) * drawn.length); at++) errors += wrong[drawn[at]];
    leaves.push(step / STEPS);
    const least = (own * step) / STEPS;
    errs.push(least + Math.max(0, errors / drawn.length - least) * shrunk);
  }
  const allowed = Math.floor(epsilon * rows);
  const leaving = leaves.map((share) => Math.round(share * rest));
  const changed = errs.map((share) => Math.round(share * training));
  const design = designOf(
    { seen: { rows: training, changed }, flips },
    { rows, leaving, open: leaving },
    { loss, epsilon, delta },
  );
  if (design.errors < 0 || design.count >= rest) return all;
  const again = isInExcess ? design.count : 0;
  const passed = isInExcess
    ? lastWon(
        { leaves: leaves.map((share) => share * rest), differs: errs.map((share) => share * rest) },
        { design, open: leaving[design.plans - 1], allowed, delta, flips },
        random,
      )
    : lastWithin(
        errs.map((share, step) => share - (errs[step - 1] ?? 0)),
        design,
        random,
      );
  if (passed < 0) return { ...all, again };
  const kept = leaves[passed];
  const asked = Math.round(training + (rest - leaving[passed]) + design.count * kept);
  return { isCertified: true, sample: design.count, asked: Math.min(rows, asked), again };
}

/**
 * The last plan up to which few enough rows of a sample differ. @param rates by plan, of the rows that are the first time
 * answered otherwise by it
 */
export function lastWithin(
  rates: readonly number[],
  { plans, count, errors }: SampleDesign,
  random: Random,
): number {
  let [found, passed] = [0, -1];
  for (let step = 0; step < plans; step++) {
    found += poisson(count * rates[step], random);
    if (found > errors) break;
    passed = step;
  }
  return passed;
}

/** A Poisson number by inversion: means here are below some hundreds. */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  let [term, count] = [exp(-mean), 0];
  let left = random.uniform() - term;
  while (left > 0 && count < 10 * mean + 50) {
    count++;
    term *= mean / count;
    left -= term;
  }
  return count;
}
