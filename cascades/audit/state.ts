import { type DriftState, driftStep } from '../../lib/stats/index.js';
import type { Certificate, Label } from '../terms/index.js';
import type { Draws } from './draws.js';
import type { ExitsState } from './shares.js';

/** An audit as far as it has got: plain data, safe in JSON. */
export interface AuditState<L extends Label = Label> {
  /** What is audited, and a number for the rows that it rests on. */
  readonly certificate: Certificate;
  readonly evidence: number;
  /** Rows given to `predict`, and where the drawing stands. */
  readonly rows: number;
  readonly draws: Draws;
  /** Drawn exits that the full model answered as well, and how many of those answers differed. */
  readonly asked: number;
  readonly differed: number;
  /** Drawn exits that the full model couldn't answer: they count for nothing. */
  readonly missed: number;
  /** The test of the loss that is promised. */
  readonly promise: DriftState;
  /** The test of the share of answers that differ, where it isn't the promise and has a limit. */
  readonly disagreement: DriftState | null;
  /** The test of where rows leave. */
  readonly exits: ExitsState | null;
  /** Drawn rows that wait for their labels, oldest first, and how many were dropped. */
  readonly pending: readonly PendingRow<L>[];
  readonly dropped: number;
  /** Drawn rows without a loss since the last one that was left waiting. */
  readonly run: number;
}

/** A drawn exit whose loss depends on its label. */
export interface PendingRow<L extends Label = Label> {
  readonly id: number;
  readonly answer: L;
  readonly full: L;
  /** Rows without a loss that were drawn between the last one that was left waiting and this one. */
  readonly run: number;
}

/** A test after so many rows without a loss, and then one of this loss. */
export function enter(test: DriftState, run: number, loss: number): DriftState {
  let after = test;
  for (let i = 0; i < run; i++) after = driftStep(after, 0);
  return driftStep(after, loss);
}

/** Whether a loss was found to exceed its limit. Where rows leave says nothing of what is lost. */
export function isVoid({ promise, disagreement }: Pick<AuditState, 'promise' | 'disagreement'>): boolean {
  return promise.alarm || (disagreement?.alarm ?? false);
}

/** A number for a set of rows, from their digests: whole, below 2^53, and of other rows hardly ever the same. */
export function evidenceOf(digests: Float64Array): number {
  return digests.reduce((sum, digest) => (sum + (digest % 2 ** 52)) % 2 ** 52, 0);
}
