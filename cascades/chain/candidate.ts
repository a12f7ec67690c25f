import type { ExitRule } from '../../lib/learn/exits/index.js';
import type { StageSpec } from '../types/index.js';
import { binsOf, type StageBins } from './bins.js';
import type { StageEvidence } from './evidence.js';
import { type Order, orderOf } from './order.js';
import { smoothed } from './riskCurve.js';

/** A model of a subset of the features, and its answers to rows that it hasn't seen. */
export interface AnsweredStage extends StageSpec {
  /** Its exit rule. */
  readonly rule: ExitRule;
  readonly evidence: StageEvidence;
}

/** One that may become a stage: with what thresholds are found by. */
export interface Candidate extends AnsweredStage {
  /**
   * The development rows that earlier stages pass on, for a `passed` candidate. Absent from a
   * candidate that isn't to be fitted.
   */
  readonly passedRows?: Int32Array | undefined;
  /** The scores of the rows of its evidence, rows x width, as its models gave them. */
  readonly scores?: Float64Array | undefined;
  readonly smoothed: StageEvidence;
  readonly order: Order;
  readonly bins: StageBins;
}

export function candidateOf(
  what: Omit<Candidate, 'evidence' | 'smoothed' | 'order' | 'bins'>,
  evidence: StageEvidence,
  width: number,
): Candidate {
  const order = orderOf(evidence, width);
  const smooth = smoothed(evidence, order);
  return { ...what, evidence, smoothed: smooth, order, bins: binsOf(evidence, smooth.loss, order) };
}

/**
 * Whether all rows with the same answer have the same confidence: no threshold can separate them.
 */
export function isDegenerate({ order, evidence: { confidence } }: Candidate): boolean {
  return order.every(
    (rows) => rows.length === 0 || confidence[rows[0]] === confidence[rows[rows.length - 1]],
  );
}
