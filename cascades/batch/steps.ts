import { Rows } from '../../lib/data/rows/index.js';
import { REASONS } from '../../lib/report/words/index.js';
import { batchChanges, certificateOf, unchanged } from '../certification/index.js';
import { exitStage, type StageAnswers, type StageEvidence, type Thresholds } from '../chain/index.js';
import { EXITING } from '../losses/index.js';
import type { CascadeParts } from '../plan/index.js';
import { scoresOf, stageEvidence } from '../scoring/index.js';
import type { Certificate, Flips, Label, Plan, ServedStage } from '../types/index.js';
import type { BatchPath } from './batchPath.js';
import type { BatchCounts } from './counts.js';
import { excessOf, lastInExcess } from './excess.js';
import { excessDesign } from './excessDesign.js';
import { designFor, designWith, type SampleDesign } from './sampleDesign.js';
import { mostAggressivePlan, wrongAmong } from './walk.js';

/** The steps of a certified batch, the same for rows in memory and for those in partitions. */

/** What is claimed of a batch, and the number of rows to test it on, where that is given. */
export interface BatchClaim {
  readonly epsilon: number;
  readonly delta: number;
  readonly sample?: number | undefined;
  /** @defaultValue 'disagreement' */
  readonly loss?: BatchLoss | undefined;
  /**
   * In excess, the share of rows that the full model is thought to answer in two ways, for the design alone. @defaultValue
   * that of the certificate before
   */
  readonly flips?: number | undefined;
}

/**
 * What is bounded on a finite batch: answers that differ from the one that the full model would have given each row in a
 * whole run; or these less the rows on which it would differ from itself, asked twice.
 */
export type BatchLoss = (typeof BATCH_LOSSES)[number];
export const BATCH_LOSSES = ['disagreement', 'excessDisagreement'] as const;

/** The rows that were drawn of a batch, and the full model's answers to them. */
export interface BatchTest extends BatchCounts {
  /** Answers of stages to the drawn rows, and perhaps to others. */
  readonly stages: readonly StageAnswers[];
  /** Positions of the drawn rows in these. */
  readonly drawn: Int32Array;
  /** The full model's answers, by the same positions. */
  readonly full: Float64Array;
  /** Its second answers, for a bound in excess. */
  readonly second?: Float64Array | undefined;
  readonly design: SampleDesign;
}

/** What a test came to. */
export interface BatchOutcome<L extends Label, Name extends string> {
  /** The plan's position on the path; -1 where the full model answers all. */
  readonly step: number;
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
}

/**
 * The answers and confidences of each stage of the chain for each row. Only features that the chain
 * reads are computed.
 */
export async function scoredBy<Row, L extends Label, Name extends string>(
  { fitted }: CascadeParts<Row, L, Name>,
  chain: readonly ServedStage[],
  rows: readonly Row[],
  signal: AbortSignal | undefined,
): Promise<{ stages: StageEvidence[]; scores: Float64Array[] }> {
  const needed = fitted.filter(({ name }) => chain.some(({ features }) => features.includes(name)));
  const readers = chain.map(({ model, features }) => ({
    model,
    reads: features.map((name) => needed.findIndex((feature) => feature.name === name)),
  }));
  const scores = await scoresOf(needed, readers, Rows.of(rows), { signal });
  // The loss of an answer is unknown before the full model answers.
  const stages = scores.map((each, s) => stageEvidence(() => 0, chain[s].rule, each, chain[s].model.classes));
  return { stages, scores };
}

/**
 * The design of a batch's sample: from counts of its rows alone, never from an answer of the full model. So which rows
 * may be drawn, and how many, is fixed before the draw, and given that each such set is equally likely.
 */
export function designOf(
  { seen, lost, flips: before }: Pick<BatchPath<Label, string>, 'seen' | 'lost' | 'flips'>,
  { rows, leaving, open }: BatchCounts,
  { epsilon, delta, sample, loss, flips = before }: BatchClaim,
): SampleDesign {
  const batch = { rows, allowed: Math.floor(epsilon * rows), delta };
  if (loss === 'excessDisagreement') {
    const changed = seen.changed.map((count) => count / Math.max(1, seen.rows));
    const flipping = leaving.map((count) => (flips * count) / Math.max(1, rows));
    // Without an earlier test of it, what differs, less half of the flips: the others are thought to be of rows that stay.
    const excess = lost ?? changed.map((share, j) => share - EXITING * flipping[j]);
    const varying = changed.map((share, j) => share + flipping[j]);
    return excessDesign(batch, { leaving, open, excess, varying }, sample);
  }
  const prospects = { ...seen, leaving, open };
  return sample === undefined ? designFor(batch, prospects) : designWith(batch, prospects, sample);
}

/** Tests the path on the drawn rows. @param claim with the seed of the draw */
export function concluded<L extends Label, Name extends string>(
  { classes }: Pick<CascadeParts<never, L, Name>, 'classes'>,
  { plan, path, varies }: BatchPath<L, Name>,
  test: BatchTest,
  { epsilon, delta, seed, loss = 'disagreement' }: BatchClaim & { readonly seed: number | string },
): BatchOutcome<L, Name> {
  const { stages, drawn, full, second, design, leaving } = test;
  const tested = path.slice(0, design.plans);
  const isInExcess = loss === 'excessDisagreement';
  const batch = { rows: test.rows, open: test.open[design.plans - 1] ?? 0, plans: design.plans };
  const inExcess = {
    ...test,
    population: batch.open,
    allowed: Math.floor(epsilon * test.rows),
  };
  const passed = isInExcess
    ? lastInExcess(tested, inExcess, { delta, seed })
    : mostAggressivePlan(stages, tested, drawn, full, design.errors);
  // A plan that lets nothing out has nothing to promise.
  const step = passed >= 0 && leaving[passed] > 0 ? passed : -1;
  const wrong = step < 0 ? 0 : wrongAmong(stages, path[step], drawn, full).length;
  const certificate = certificateOf({
    spec: { loss, epsilon, delta },
    tested: [
      {
        method: isInExcess
          ? 'betting without replacement on all of this batch, fixed sequence'
          : `exact hypergeometric test of what is left of this batch, nested path${varies ? AGAINST_ONE : ''}`,
        bound: isInExcess ? 'betting' : 'exact',
        n: drawn.length,
        lost:
          step < 0 || !isInExcess
            ? wrong
            : excessOf(path[step], inExcess).reduce((sum, each) => sum + each, 0),
        upper: null,
        rowsNeeded: null,
      },
    ],
    reason: step < 0 ? REASONS.notThisBatch : null,
    unit: 'rows',
    classes,
    labelled: false,
    observed: { ...unchanged(drawn.length, []), changed: wrong },
    changes:
      step < 0
        ? undefined
        : { path: batchChanges(answersAt(path[step], test), full, drawn, classes, batch), step: 0 },
    flips: second && flipsAmong(full, second, drawn),
    hasBand: false,
    seed,
  });
  return { step, plan: plan(step), certificate };
}

/** What a batch of a model that may differ from itself is held against. */
const AGAINST_ONE = ', against the one answer to each row that a whole run would have given';

/** What a plan would answer the drawn rows, by their positions. */
function answersAt(thresholds: Thresholds, { stages, drawn, full }: BatchTest): Float64Array {
  const answers = full.slice();
  for (const row of drawn) {
    const s = exitStage(stages, thresholds, row);
    if (s < stages.length) answers[row] = stages[s].answers[row];
  }
  return answers;
}

/** The drawn rows that the full model answered in two ways. They are some of this batch's, and no share of all. */
function flipsAmong(full: Float64Array, second: Float64Array, drawn: Int32Array): Flips {
  const differ = drawn.reduce((sum, row) => sum + Number(full[row] !== second[row]), 0);
  return { rows: drawn.length, differ, lower: null, upper: null };
}
