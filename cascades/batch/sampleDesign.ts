import { betaCdf, restErrors, restRowsNeeded } from '../../lib/stats/index.js';
import type { LeavingRows } from './walk.js';

/**
 * The number of rows of a batch that the full model answers to test a path, and of errors with
 * which a plan passes.
 */
export interface SampleDesign {
  /** Plans that are tested, from the most conservative on. */
  readonly plans: number;
  /** Rows to draw of those that any of these plans lets out. */
  readonly count: number;
  /** -1: none passes. */
  readonly errors: number;
}

/** The claim to be tested on a batch. */
export interface FiniteBatch {
  readonly rows: number;
  /** Rows that may be wrong. */
  readonly allowed: number;
  readonly delta: number;
}

/**
 * Evidence on each plan of a path, from conservative to aggressive, before the full model answers.
 */
export interface Prospects extends LeavingRows {
  /** Rows on which plans were observed before. */
  readonly rows: number;
  /** Answers that differed there. */
  readonly changed: readonly number[];
}

/** Candidate numbers of errors: each up to three, then in steps of two fifths. */
const GROWTH = 1.4;

/**
 * The design that is expected to save the most full answers. Allowing more errors takes more rows,
 * but lets a more aggressive plan pass. It uses earlier observations of the plans and the number of
 * rows that they let out, never answers to this batch: the test's level doesn't depend on it. If
 * rows differ from earlier ones, less is saved than possible.
 */
export function designFor(batch: FiniteBatch, prospects: Prospects): SampleDesign {
  const plans = prospects.open.length;
  const open = prospects.open[plans - 1];
  const most = Math.max(...prospects.leaving);
  let best = { plans, count: 0, errors: 0 };
  let spared = -1;
  for (let errors = 0; ; errors = Math.max(errors + 1, Math.ceil(GROWTH * errors))) {
    const count = restRowsNeeded(errors, open, batch.allowed, batch.delta);
    const design = { plans, count, errors };
    if (count === 0) return design;
    if ((1 - count / open) * most <= spared) return best;
    const expected = expectedToSpare(batch, prospects, design);
    if (expected > spared) [best, spared] = [design, expected];
  }
}

/**
 * The same for a given number of rows. Fewer rows than the whole path takes may be enough for its
 * conservative part: the errors allowed are a share of the whole batch, and so a larger share of
 * the few rows that leave there.
 */
export function designWith(batch: FiniteBatch, prospects: Prospects, rows: number): SampleDesign {
  const designs = prospects.open.map((open, j) => {
    const count = Math.min(open, rows);
    return { plans: j + 1, count, errors: restErrors(count, open, batch.allowed, batch.delta) };
  });
  const spared = designs.map((design) => expectedToSpare(batch, prospects, design));
  // If no design saves anything, the whole path.
  return designs[spared.lastIndexOf(Math.max(...spared))];
}

/**
 * Rows of the plan that passes, on average, less those drawn. A plan's errors among the drawn rows, given that it had
 * `changed` among `rows` others, are negative binomial (Poisson, with a gamma law of the mean): P(K <= e) =
 * I_p(changed, e + 1) with p = rows / (rows + drawn). None before is taken for none now.
 */
function expectedToSpare(
  batch: FiniteBatch,
  { rows, changed, leaving, open }: Prospects,
  { plans, count, errors }: SampleDesign,
): number {
  if (errors < 0 || count === open[plans - 1]) return 0;
  const share = count / open[plans - 1];
  const p = rows / (rows + batch.rows * share);
  let [expected, before, worst] = [0, 0, 0];
  for (let j = 0; j < plans; j++) {
    worst = Math.max(worst, changed[j]);
    // A plan is served only where those before it pass too.
    expected += (leaving[j] - before) * (worst === 0 ? 1 : betaCdf(p, worst, errors + 1));
    before = leaving[j];
  }
  return (1 - share) * expected;
}
