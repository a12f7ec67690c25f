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
  /** How many of them differ: the model is asked about these. */
  readonly different: number;
  /** Different rows asked about to train on, the pilot's included. */
  readonly training: number;
}

/** How a run may go. */
export interface RunCourse {
  /** Whether its batch is certified: else the model answers all. */
  readonly isCertified: boolean;
  /** Rows drawn for the test. */
  readonly sample: number;
  /** Different rows that the model answers, all together. */
  readonly asked: number;
  /** Rows of the sample that it is asked about twice. */
  readonly again: number;
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
  const { rows, different, training, loss, epsilon, delta, flips } = run;
  const rest = Math.round(rows * (1 - training / different));
  const all = { isCertified: false, sample: 0, asked: different, again: 0 };
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
  const design = designOf(
    { seen: { rows: training, changed: errs.map((share) => Math.round(share * training)) }, flips },
    { rows: rest, leaving, open: leaving },
    // Half a row more: it is the same whole number of rows then.
    { loss, epsilon: Math.min(1, (allowed + 0.5) / Math.max(1, rest)), delta },
  );
  const { count } = design;
  if (design.errors < 0 || count >= rest) return Array.from({ length: SAMPLES }, () => all);
  const open = leaving[design.plans - 1];
  const left = { rows: rest, different: different - training };
  const again = isInExcess ? count : 0;
  const differs = errs.map((share) => share * rest);
  return Array.from({ length: SAMPLES }, () => {
    const passed = isInExcess
      ? (leaves[lastWon({ leaves: leaving, differs }, { design, open, allowed, delta, flips }, random)] ?? 0)
      : sharePassed({ leaves, errs }, design, random);
    if (passed === 0) return { ...all, again };
    const asked = different - spared(left, passed, count / open);
    return { isCertified: true, sample: count, asked: Math.round(asked), again };
  });
}

/** The share of rows that leaves by the plan that passes. The errors of the sample are drawn step by step: of its rows, those that leave there. */
function sharePassed(
  { leaves, errs }: { readonly leaves: readonly number[]; readonly errs: readonly number[] },
  { plans, count, errors }: SampleDesign,
  random: Random,
): number {
  let [found, passed] = [0, 0];
  for (let step = 0; step < plans && found <= errors; step++) {
    const more = (count / leaves[plans - 1]) * (errs[step] - (errs[step - 1] ?? 0));
    const here = poisson(more, random);
    // A path has plans between these: where the errors are too many on the way, a part of it passes.
    passed += Math.min(1, (errors - found + 1) / (here + 1)) / STEPS;
    found += here;
  }
  return passed;
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
