import type { Decision, ExitKind } from '../../lib/exits/index.js';

/** A class: text, a number or a truth value; for regression the number itself. */
export type Label = string | number | boolean;

/** Scores and thresholds that a stage has: one a class; 1 for regression, which has none. */
export function widthOf(classes: readonly Label[]): number {
  return Math.max(1, classes.length);
}

/** What a stage's model was fitted to: the labels, or the full model's answers; or it is the full model's own beginning. */
export type Target = 'labels' | 'answers' | 'full';

/** How many rounds of an ensemble are run, of how many. */
export interface Prefix {
  readonly rounds: number;
  readonly of: number;
}

/** A stage of a plan: what it reads, what answers, and from which exit scores. */
export interface PlanStage<Name extends string = string> {
  readonly features: readonly Name[];
  readonly learner: string;
  readonly target: Target;
  /** Whether it was fitted only on rows that earlier stages pass on. */
  readonly passed: boolean;
  /** Where only the first rounds of its model are run, boosted trees as a rule; stages that share a model go on from there. */
  readonly prefix: Prefix | null;
  /** What exits are decided by: which probabilities, and what is made of them. */
  readonly exit: ExitKind;
  /**
   * The exit score, 0 to 1, from which each class exits, in the order of `Plan.classes`; null: it never exits here. For
   * regression one number, scale / (scale + the error that the stage expects).
   */
  readonly thresholds: readonly (number | null)[];
  /** Share of all rows expected to get here, 0 to 1: counted on the certification rows where the plan was tested. */
  readonly reach: number;
  /** Share of all rows expected to be answered here, 0 to 1. */
  readonly exits: number;
  /**
   * Expected cost of each row that gets here, microseconds (or money, by the objective), its share of what a batch pays once
   * included: costs times reach add up to `Plan.expected.cost`.
   */
  readonly cost: number;
}

/** The ordered stages, thresholds and expected costs of a cascade: plain data that a person can print. */
export interface Plan<L extends Label = Label, Name extends string = string> {
  /** None for regression. */
  readonly classes: readonly L[];
  readonly decision: Decision;
  /** Cheapest first; none where only the full model answers. */
  readonly stages: readonly PlanStage<Name>[];
  readonly full: { readonly features: readonly Name[]; readonly reach: number; readonly cost: number };
  /** Expected cost of a row through the cascade and through the full pipeline. */
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
}

/** A subset that was tried as a stage, with a learner's best model of it. */
export interface TriedSubset {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: Target;
  readonly prefix: Prefix | null;
  /** Of a row, its model's included, in microseconds (or money, by the objective). */
  readonly cost: number;
  /** Share of the tuning rows on which nothing would be lost by its answer; for regression, 1 less the mean loss. */
  readonly agreement: number;
  /** What a row would cost on average in a cascade of this stage alone, at the loss that may be expected to pass. */
  readonly alone: number;
}

/** An exit score that was tried for a stage of the chain: what a row would cost at the loss that may be expected to pass. */
export interface TriedExit extends ExitKind {
  /** Position in the chain. */
  readonly stage: number;
  /** What a row would cost on average with it, in microseconds (or money, by the objective). */
  readonly cost: number;
  readonly chosen: boolean;
}
