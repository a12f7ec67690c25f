import type { DriftState } from '../../lib/stats/index.js';
import type { Certificate, Label } from '../types/index.js';
import type { HeldCall } from './calls.js';
import type { Draws } from './draws.js';
import type { ExitsState } from './exitDrift.js';
import type { PendingDraw } from './labels.js';

/** An audit as far as it has got: plain data, safe in JSON. */
export interface AuditState<L extends Label = Label> {
  /** The audited losses, and a number for the rows behind the certificate. */
  readonly certificate: Certificate;
  readonly evidence: number;
  /** The seed of the draws, given or random. It makes the draws predictable. */
  readonly seed: number | string;
  /** Rows given to `predict`, and the state of the drawing. */
  readonly rows: number;
  readonly draws: Draws;
  /** Drawn exits that the full model answered as well, and the number of answers that differed. */
  readonly audited: number;
  readonly differed: number;
  /**
   * Drawn rows with unknown losses, each counted as the least: their call failed, was aborted or
   * didn't end, the full model couldn't answer them, or their answer was degraded. `overdue`: rows
   * of calls that were given up.
   */
  readonly missed: number;
  readonly overdue: number;
  /**
   * Rows, drawn or not, of calls that failed, in which a feature or model did, or whose answers
   * were `degraded`: the promise doesn't cover them.
   */
  readonly faulted: number;
  /**
   * The tests of the losses that are promised, in the certificate's order, and whether the user's own wait for
   * labels.
   */
  readonly promises: readonly DriftState[];
  readonly labelled: boolean;
  /** The test of the share of answers that differ, where it isn't the promise and has a limit. */
  readonly disagreement: DriftState | null;
  /** The test of where rows leave. */
  readonly exits: ExitsState | null;
  /** Calls in the order in which they began, from the first that isn't over: they are counted once it is. */
  readonly calls: readonly HeldCall<L>[];
  /**
   * For the tests that need labels, drawn rows in the order in which they were drawn, from the first that waits for its
   * label. `dropped`: labels that were given up, since too many waited or none was to come: the row counted as the
   * least loss.
   */
  readonly pending: readonly PendingDraw<L>[];
  readonly dropped: number;
  /** Drawn rows without a loss since the last of `pending`. */
  readonly run: number;
}

/** The same without rows that aren't counted yet. */
export type Standing = Omit<AuditState, 'calls' | 'pending' | 'run'>;

/** Whether a loss was found to exceed its limit. Drifting exits alone don't show a loss. */
export function isVoid({ promises, disagreement }: Pick<AuditState, 'promises' | 'disagreement'>): boolean {
  return promises.some(({ alarm }) => alarm) || (disagreement?.alarm ?? false);
}

/** A number for a set of rows, from their digests: whole, below 2^53, and of other rows hardly ever the same. */
export function evidenceNumber(digests: readonly Float64Array[]): number {
  const add = (sum: number, digest: number) => (sum + (digest % 2 ** 52)) % 2 ** 52;
  return digests.reduce((sum, each) => each.reduce(add, sum), 0);
}
