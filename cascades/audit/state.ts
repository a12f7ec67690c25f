import type { DriftState } from '../../lib/stats/index.js';
import type { Certificate, Label } from '../terms/index.js';
import type { Draws } from './draws.js';
import type { PendingRow } from './pending.js';
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
  /** The tests of the losses that are promised, in the certificate's order, and whether the user's own wait for labels. */
  readonly promises: readonly DriftState[];
  readonly labelled: boolean;
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

/** The same but for the rows that wait, which are looked up by their ids. */
export type Standing = Omit<AuditState, 'pending'>;

/** Whether a loss was found to exceed its limit. Where rows leave says nothing of what is lost. */
export function isVoid({ promises, disagreement }: Pick<AuditState, 'promises' | 'disagreement'>): boolean {
  return promises.some(({ alarm }) => alarm) || (disagreement?.alarm ?? false);
}

/** A number for a set of rows, from their digests: whole, below 2^53, and of other rows hardly ever the same. */
export function evidenceOf(digests: readonly Float64Array[]): number {
  const add = (sum: number, digest: number) => (sum + (digest % 2 ** 52)) % 2 ** 52;
  return digests.reduce((sum, each) => each.reduce(add, sum), 0);
}
