import type { ExitKind, ExitRule } from '../../lib/learn/exits/index.js';
import type { Model } from '../../lib/learn/learners/index.js';

/**
 * The family of stages, from training to serving: a {@link StageSpec} names the model; a `Candidate`
 * (`cascades/chain`) is a spec with evidence; a {@link PlanStage} is a spec with thresholds, in print; a
 * {@link ServedStage} is the part of a spec that answers, with its model.
 */

/**
 * The targets that a stage's model was fitted to: labels, or the full model's answers; `full` is the full model's own
 * prefix.
 */
export type Target = 'labels' | 'answers' | 'full';

/** The first rounds of an ensemble, and how many rounds it has. */
export interface Prefix {
  readonly rounds: number;
  readonly of: number;
}

/** Which model a stage runs. Plain data. */
export interface StageSpec<Name extends string = string> {
  readonly features: readonly Name[];
  readonly learner: string;
  readonly target: Target;
  /** Whether it was fitted only on rows that earlier stages pass on. */
  readonly passed: boolean;
  /**
   * The first rounds of its model, if only these run (usually boosted trees); later stages with that model continue
   * from there.
   */
  readonly prefix: Prefix | null;
  /**
   * Whether its model reads the rows themselves, and none of the features, as `fromRows` makes it. @defaultValue
   * false
   */
  readonly readsRows?: boolean | undefined;
}

/** A stage of a plan: its features, model, and exit thresholds. */
export interface PlanStage<Name extends string = string> extends StageSpec<Name> {
  /** The exit score: which probabilities, and which function of them. */
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
   * Expected cost of each row that gets here, microseconds (or money, by the objective), including
   * its share of the costs of a batch: costs times reach add up to `Plan.expected.cost`.
   */
  readonly cost: number;
}

/** A stage that answers rows. `model` is the prefix, if the stage uses a prefix of an ensemble. */
export interface ServedStage extends Pick<StageSpec, 'features' | 'learner' | 'prefix'> {
  readonly model: Model;
  /** Turns the model's scores into answers and exit scores. */
  readonly rule: ExitRule;
}
