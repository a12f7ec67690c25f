import { Rows } from '../../lib/data/rows/index.js';
import { OptionError } from '../../lib/errors.js';
import { REASONS } from '../../lib/report/words/index.js';
import { certificateOf, unchanged } from '../certification/index.js';
import type { StageAnswers, StageEvidence, Thresholds } from '../chain/index.js';
import { type CascadeParts, servedPath, thresholdsOf, usesOf, withoutStages } from '../plan/index.js';
import { scoresOf, stageEvidence } from '../scoring/index.js';
import type { Certificate, Label, Plan, ServedStage } from '../types/index.js';
import { designFor, designWith, type SampleDesign } from './sampleDesign.js';
import { type LeavingRows, mostAggressivePlan, wrongAmong } from './walk.js';

/** The steps of a certified batch, the same for rows in memory and for those in partitions. */

/** A cascade's path, as batches are tested on it. */
export interface BatchPath<L extends Label, Name extends string> {
  /** From conservative to aggressive, and their thresholds for each stage of the chain. */
  readonly plans: readonly Plan<L, Name>[];
  readonly path: readonly Thresholds[];
  readonly chain: readonly ServedStage[];
  /** Rows on which plans were observed before, and answers of each that differed there. */
  readonly seen: { readonly rows: number; readonly changed: readonly number[] };
}

/** What is claimed of a batch, and the number of rows to test it on, where that is given. */
export interface BatchClaim {
  readonly epsilon: number;
  readonly delta: number;
  readonly sample?: number | undefined;
}

/** The rows that were drawn, and the full model's answers to them. */
export interface BatchTest {
  /** Answers of stages to the drawn rows, and perhaps to others. */
  readonly stages: readonly StageAnswers[];
  /** Positions of the drawn rows in these. */
  readonly drawn: Int32Array;
  /** The full model's answers, by the same positions. */
  readonly full: Float64Array;
  readonly design: SampleDesign;
  /** Rows of the whole batch that each plan lets out. */
  readonly leaving: readonly number[];
}

/** What a test came to. */
export interface BatchOutcome<L extends Label, Name extends string> {
  /** The plan's position on the path; -1 where the full model answers all. */
  readonly step: number;
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
}

/** @throws OptionError for regression */
export function pathOfBatch<L extends Label, Name extends string>(
  parts: Parameters<typeof servedPath<L, Name>>[0],
): BatchPath<L, Name> {
  if (parts.plan.decision.kind === 'value') {
    throw new OptionError(
      'certifyBatch',
      "counts answers that differ, and numbers always do; certify a regression's path on fresh rows instead",
    );
  }
  const { plans, stages: chain, observed } = servedPath(parts);
  return {
    plans,
    chain,
    path: plans.map((plan) => thresholdsOf(chain, plan, usesOf(chain, plan))),
    seen: { rows: observed[0].rows, changed: observed.map(({ changed }) => changed) },
  };
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
  { seen }: Pick<BatchPath<Label, string>, 'seen'>,
  { rows, leaving, open }: LeavingRows & { readonly rows: number },
  { epsilon, delta, sample }: BatchClaim,
): SampleDesign {
  const batch = { rows, allowed: Math.floor(epsilon * rows), delta };
  const prospects = { ...seen, leaving, open };
  return sample === undefined ? designFor(batch, prospects) : designWith(batch, prospects, sample);
}

/** Tests the path on the drawn rows. @param claim with the seed of the draw */
export function concluded<L extends Label, Name extends string>(
  { classes }: Pick<CascadeParts<never, L, Name>, 'classes'>,
  { plans, path }: BatchPath<L, Name>,
  { stages, drawn, full, design, leaving }: BatchTest,
  { epsilon, delta, seed }: BatchClaim & { readonly seed: number | string },
): BatchOutcome<L, Name> {
  const passed = mostAggressivePlan(stages, path.slice(0, design.plans), drawn, full, design.errors);
  // A plan that lets nothing out has nothing to promise.
  const step = passed >= 0 && leaving[passed] > 0 ? passed : -1;
  const wrong = step < 0 ? 0 : wrongAmong(stages, path[step], drawn, full).length;
  const certificate = certificateOf({
    spec: { loss: 'disagreement', epsilon, delta },
    tested: [
      {
        method: 'exact hypergeometric test of what is left of this batch, nested path',
        bound: 'exact',
        n: drawn.length,
        lost: wrong,
        upper: null,
        rowsNeeded: null,
      },
    ],
    reason: step < 0 ? REASONS.notThisBatch : null,
    unit: 'rows',
    classes,
    labelled: false,
    observed: { ...unchanged(drawn.length, classes), changed: wrong },
    hasBand: false,
    seed,
  });
  return { step, plan: step < 0 ? withoutStages(plans[0]) : plans[step], certificate };
}
