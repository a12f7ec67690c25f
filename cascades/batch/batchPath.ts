import { DataError, OptionError } from '../../lib/errors.js';
import { finerPath, type StageEvidence, type Thresholds } from '../chain/index.js';
import { tellsDiffering } from '../losses/index.js';
import { type CascadeParts, replan, servedPath, thresholdsOf, usesOf, withoutStages } from '../plan/index.js';
import type { Label, Plan, ServedStage } from '../types/index.js';
import { countUpTo, pathRowsOf } from './pathRows.js';

/** A cascade's path, as batches are tested on it. */
export interface BatchPath<L extends Label, Name extends string> {
  /** From conservative to aggressive: the thresholds for each stage of the chain. */
  readonly path: readonly Thresholds[];
  readonly chain: readonly ServedStage[];
  /** What was observed of each plan before. */
  readonly seen: Seen;
  /** The same of a full model that was asked twice: what each plan lost in excess. Absent where it wasn't promised. */
  readonly lost?: readonly number[] | undefined;
  /** The share of rows that the full model answered in two ways. */
  readonly flips: number;
  /** Whether it may differ from itself. */
  readonly varies: boolean;
  /**
   * The plan of a step, in print. @param step -1: the full model alone
   *
   * @throws DataError for one that isn't on the path
   */
  plan(step: number): Plan<L, Name>;
}

/** Rows on which the plans of a path were observed, and what each did there. */
export interface Seen {
  readonly rows: number;
  /** Answers of each that differed. */
  readonly changed: readonly number[];
  /** Rows that each, or any before it, let out; undefined where it isn't known. */
  readonly opened?: readonly number[] | undefined;
}

/**
 * The path that a batch is tested on. Where the tuning rows are there, and say of each answer whether it differs, it is
 * finer than the one that was certified, since the batch has a test of its own: plans lie between those plans.
 *
 * @throws OptionError for regression
 */
export function pathOfBatch<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): BatchPath<L, Name> {
  if (parts.plan.decision.kind === 'value') {
    throw new OptionError(
      'certifyBatch',
      "counts answers that differ, and numbers always do; certify a regression's path on fresh rows instead",
    );
  }
  const { plans, stages: chain, observed, tallies } = servedPath(parts);
  const coarse = plans.map((plan) => thresholdsOf(chain, plan, usesOf(chain, plan)));
  const tuned = parts.evidence?.tuning?.stages.map(({ evidence }) => evidence);
  const { flips, all, loss: own } = parts.certificate;
  const isCounted = all === undefined && tellsDiffering(own);
  const path = tuned && isCounted ? finerPath(coarse, tuned) : coarse;
  /** The plan that stands at a step, or else the next one. */
  const standing = (step: number) => coarse.indexOf(path.slice(step).find((at) => coarse.includes(at)) ?? []);
  const printed = (step: number): Plan<L, Name> | undefined => {
    const at = path[step];
    if (at === undefined) return undefined;
    const next = standing(step);
    if (coarse[next] === at) return plans[next];
    // Stages that only the plan before has may be in it, too.
    return replan(parts, withThresholds([plans[next], plans[next - 1]], chain, at));
  };
  const [{ loss }] = all ?? [parts.certificate];
  return {
    path,
    chain,
    seen:
      tuned && isCounted
        ? seenBy(path, tuned)
        : { rows: observed[0].rows, changed: observed.map(({ changed }) => changed) },
    lost:
      loss === 'excessDisagreement'
        ? path.map((_, step) => {
            const { lost, n } = tallies[standing(step)];
            return lost / Math.max(1, n);
          })
        : undefined,
    flips: flips ? flips.differ / Math.max(1, flips.rows) : 0,
    varies: flips !== undefined,
    plan(step) {
      if (step === -1) return withoutStages(plans[0]);
      const plan = printed(step);
      if (plan !== undefined) return plan;
      throw new DataError(`there is no plan ${step}: this cascade's path has ${path.length}`);
    },
  };
}

/** What rows that stages weren't fitted to say of each plan: a row is wrong, and open, from its first such plan on. */
export function seenBy(path: readonly Thresholds[], stages: readonly StageEvidence[]): Seen {
  const { plans, opens, spoils } = pathRowsOf(path, stages);
  return { rows: opens.length, changed: countUpTo(plans, spoils), opened: countUpTo(plans, opens) };
}

/** A plan of the chain with other thresholds. @param known plans that have its stages */
function withThresholds<L extends Label, Name extends string>(
  known: readonly Plan<L, Name>[],
  chain: readonly ServedStage[],
  at: Thresholds,
): Plan<L, Name> {
  const stages = chain.flatMap((_, s) => {
    if (!at[s].some(Number.isFinite)) return [];
    const thresholds = Array.from(at[s], (threshold) => (Number.isFinite(threshold) ? threshold : null));
    for (const plan of known) {
      const stage = plan.stages[usesOf(chain, plan).indexOf(s)];
      if (stage !== undefined) return [{ ...stage, thresholds }];
    }
    return [];
  });
  return { ...known[0], stages };
}
