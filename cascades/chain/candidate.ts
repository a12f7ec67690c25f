import type { ExitRule } from '../../lib/exits/index.js';
import type { Prefix, Target } from '../types/index.js';
import type { StageEvidence } from './evidence.js';
import { smoothed } from './riskCurve.js';
import { type Order, orderOf } from './thresholds.js';

/** A subset of the features with a model on it, and what it would have answered. */
export interface Answered {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: Target;
  /** The rows it is fitted on, where those are only the ones that earlier stages pass on. */
  readonly passed: Int32Array | undefined;
  /** Where only the first rounds of the model, an ensemble, are run. */
  readonly prefix: Prefix | null;
  /** What it makes of its model's scores. */
  readonly rule: ExitRule;
  readonly evidence: StageEvidence;
}

/** One that may become a stage: with what thresholds are found by. */
export interface Candidate extends Answered {
  readonly smoothed: StageEvidence;
  readonly order: Order;
}

export function candidateOf(
  what: Pick<Candidate, 'features' | 'learner' | 'target' | 'passed' | 'prefix' | 'rule'>,
  evidence: StageEvidence,
  classes: number,
): Candidate {
  return { ...what, evidence, smoothed: smoothed(evidence, classes), order: orderOf(evidence, classes) };
}

/** What one stage may go on from another by. */
export type Nestable = Pick<Candidate, 'features' | 'learner' | 'target' | 'passed' | 'prefix'>;

/** Whether `outer` goes on from `inner`: its features are more, or it runs more rounds of the same ensemble. */
export function isNested(inner: Nestable, outer: Nestable): boolean {
  if (isSameEnsemble(inner, outer)) return roundsOf(inner) < roundsOf(outer);
  return (
    inner.features.length < outer.features.length &&
    inner.features.every((feature) => outer.features.includes(feature))
  );
}

/** Whether two stages are one and the same model, run for different numbers of rounds. */
export function isSameEnsemble(
  a: Pick<Candidate, 'features' | 'learner' | 'target' | 'passed'>,
  b: Pick<Candidate, 'features' | 'learner' | 'target' | 'passed'>,
): boolean {
  return (
    a.learner === b.learner &&
    a.target === b.target &&
    a.passed === b.passed &&
    a.features.length === b.features.length &&
    a.features.every((feature, i) => feature === b.features[i])
  );
}

function roundsOf({ prefix }: Nestable): number {
  return prefix?.rounds ?? Number.POSITIVE_INFINITY;
}

/** Whether no row looks surer than another that gets the same answer: there is nothing to put a threshold between. */
export function isDegenerate({ order, evidence: { confidence } }: Candidate): boolean {
  return order.every(
    (rows) => rows.length === 0 || confidence[rows[0]] === confidence[rows[rows.length - 1]],
  );
}
