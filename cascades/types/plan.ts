import type { AtFidelity } from '../../lib/features/define/index.js';
import type { Decision, ExitKind } from '../../lib/learn/exits/index.js';
import type { Label } from '../losses/index.js';
import type { PlanStage, StageSpec } from './stage.js';

/** Scores and thresholds that a stage has: one a class; 1 for regression, which has none. */
export function widthOf(classes: readonly Label[]): number {
  return Math.max(1, classes.length);
}

/** The ordered stages, thresholds and expected costs of a cascade: plain data that a person can print. */
export interface Plan<L extends Label = Label, Name extends string = string> {
  /** None for regression. */
  readonly classes: readonly L[];
  readonly decision: Decision;
  /** Cheapest first; none if only the full model answers. */
  readonly stages: readonly PlanStage<AtFidelity<Name>>[];
  readonly full: { readonly features: readonly Name[]; readonly reach: number; readonly cost: number };
  /** Expected cost of a row through the cascade and through the full pipeline. */
  readonly expected: {
    readonly cost: number;
    readonly fullCost: number;
    readonly speedup: number;
    /** Absent where no stage is served, and where costs are those of the rows that the plan was chosen on. */
    readonly speedupRange?: SpeedupRange;
  };
}

/**
 * Where a speedup is in nine of ten cases, measured on as many new rows drawn alike as it was estimated from: an
 * estimate too, no promise.
 */
export interface SpeedupRange {
  readonly least: number;
  readonly most: number;
}

/** A subset that was tried as a stage, with a learner's best model of it. */
export interface TriedSubset extends Omit<StageSpec, 'passed'> {
  /** Cost of a row, its model included, in microseconds (or money, by the objective). */
  readonly cost: number;
  /** Share of the tuning rows on which its answer loses nothing; for regression, 1 less the mean loss. */
  readonly agreement: number;
  /** Estimated mean cost of a row if this were the only stage, at the loss that is expected to pass. */
  readonly alone: number;
}

/**
 * An exit score that was tried for a stage of the chain, with the estimated cost of a row at the loss that is
 * expected to pass.
 */
export interface TriedExit extends ExitKind {
  /** Position in the chain. */
  readonly stage: number;
  /** Estimated mean cost of a row with it, in microseconds (or money, by the objective). */
  readonly cost: number;
  readonly chosen: boolean;
}

/**
 * A change of one option with which `tune` may be expected to find a faster plan: an estimate from the rows that were
 * tuned on, unless its text says that the plan is certified already.
 */
export type Advice = {
  /** The plan's speedup over the full model with that change, and no other. */
  readonly figure: number;
  /** The same in words, with what must be true for the change to be right. */
  readonly text: string;
} & (
  | { readonly option: 'repeats'; readonly change: true | 'copies' }
  /** What to put in place of the bound's own. */
  | { readonly option: 'bound'; readonly change: { readonly epsilon: number } }
  /** How many rows to give, in the same split. */
  | { readonly option: 'rows'; readonly change: number }
);
