import { designFor } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';
import { exp, pow } from '../../lib/util/math/index.js';
import type { StudentSeen } from './student.js';

/** A run that is thought through: its rows, and what it is to keep. */
export interface PlannedRun {
  readonly rows: number;
  /** How many of them differ: the model is asked about these. */
  readonly different: number;
  /** Different rows asked about to train on, the pilot's included. */
  readonly training: number;
  readonly epsilon: number;
  readonly delta: number;
}

/** How a run may go. */
export interface RunCourse {
  /** Whether its batch is certified: else the model answers all. */
  readonly isCertified: boolean;
  /** Rows drawn for the test. */
  readonly sample: number;
  /** Different rows that the model answers, all together. */
  readonly asked: number;
}

/**
 * How much less a student errs with more rows to train on: by the power of their ratio, on average, and its spread from
 * one set of rows to the next. Measured on glosses, mail and recorded answers:
 * docs/decisions/153-forecast-of-a-table.md.
 */
const LEARNING = { mean: 0.28, spread: 0.13 };

/** The logarithm's spread of a table's errors around those of the student. */
const LEVEL = 0.15;

/** Plans on the path that is thought of. */
const STEPS = 25;

/** Samples that are drawn of each table that is thought of: its design takes longest. */
const SAMPLES = 4;

/**
 * Courses that a run may take, by what a student knew after the pilot. Each draws the pilot's rows anew with replacement
 * (the bootstrap: what 200 rows leave open), how fast the student learns, and the errors in the sample; the design
 * of the sample and its test are those of the run itself.
 */
export function coursesOf(seen: StudentSeen, run: PlannedRun, count: number, random: Random): RunCourse[] {
  return Array.from({ length: Math.ceil(count / SAMPLES) }, () => coursesOn(seen, run, random)).flat();
}

/** Courses over one table, as it may be. */
function coursesOn({ wrong, trainedOn }: StudentSeen, run: PlannedRun, random: Random): RunCourse[] {
  const { rows, different, training, epsilon, delta } = run;
  const rest = Math.round(rows * (1 - training / different));
  const all = { isCertified: false, sample: 0, asked: different };
  const power = Math.max(0, LEARNING.mean + LEARNING.spread * random.normal());
  // What a search finds loses less than the plain student, or, of few rows, more.
  const level = exp(LEVEL * random.normal());
  const shrunk = level * Math.min(1, pow(training / trainedOn, -power));
  const drawn = Int32Array.from(wrong, () => random.integer(wrong.length)).sort();
  // By step: the share of rows that leave, and of rows that leave with another answer.
  const leaves: number[] = [];
  const errs: number[] = [];
  let [at, errors] = [0, 0];
  for (let step = 1; step <= STEPS; step++) {
    for (; at < Math.round((step / STEPS) * drawn.length); at++) errors += wrong[drawn[at]];
    leaves.push(step / STEPS);
    errs.push((errors / drawn.length) * shrunk);
  }
  const leaving = leaves.map((share) => Math.round(share * rest));
  const design = designFor(
    { rows: rest, allowed: Math.floor(epsilon * rows), delta },
    { rows: training, changed: errs.map((share) => Math.round(share * training)), leaving, open: leaving },
  );
  const { plans, count } = design;
  const left = { rows: rest, different: different - training };
  return Array.from({ length: SAMPLES }, () => {
    if (design.errors < 0 || count >= rest) return all;
    // The errors of the sample, step by step: of its rows, those that leave there.
    let [found, passed] = [0, 0];
    for (let step = 0; step < plans && found <= design.errors; step++) {
      const more = (count / leaves[plans - 1]) * (errs[step] - (errs[step - 1] ?? 0));
      const here = poisson(more, random);
      // A path has plans between these: where the errors are too many on the way, a part of it passes.
      passed += Math.min(1, (design.errors - found + 1) / (here + 1)) / STEPS;
      found += here;
    }
    if (passed === 0) return all;
    const asked = different - spared(left, passed, count / leaving[plans - 1]);
    return { isCertified: true, sample: count, asked: Math.round(asked) };
  });
}

/**
 * Different rows that the model needn't answer.
 *
 * @param left rows that it wasn't asked about yet, and how many of them differ
 * @param leaving the share of them that leaves
 * @param drawn of those that may leave, the share in the sample: one is spared where no row like it is drawn
 */
export function spared(
  left: { readonly rows: number; readonly different: number },
  leaving: number,
  drawn: number,
): number {
  return leaving * left.different * pow(1 - drawn, left.rows / Math.max(1, left.different));
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
