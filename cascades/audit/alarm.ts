import type { DriftState } from '../../lib/stats/index.js';
import type { LossName } from '../terms/index.js';
import type { ExitsState } from './shares.js';

/** What an audit has found: plain data. */
export type AuditAlarm = LossAlarm | ExitsAlarm;

/** The loss exceeds its limit. */
export interface LossAlarm {
  /** `promise`: the loss of the certificate; `disagreement`: what stands in for it until labels come. */
  readonly test: 'promise' | 'disagreement';
  readonly loss: LossName;
  readonly limit: number;
  /** Drawn rows that were counted, and the mean of their losses. */
  readonly samples: number;
  readonly mean: number;
  /** Of 'the loss is at most the limit', and the level that it has come down to. */
  readonly pValue: number;
  readonly level: number;
}

/** Rows leave at other stages than was planned: they look different, whatever that does to the loss. */
export interface ExitsAlarm {
  readonly test: 'exits';
  /** Rows answered, and the share of them at each stage, the full model last: in service and in the plan. */
  readonly samples: number;
  readonly shares: readonly number[];
  readonly expected: readonly number[];
  readonly pValue: number;
  readonly level: number;
}

export function lossAlarm(test: LossAlarm['test'], loss: LossName, state: DriftState): LossAlarm {
  const { epsilon, alpha, restarts, samples, sum, pValue } = state;
  const level = alpha / 2 ** restarts;
  return { test, loss, limit: epsilon, samples, mean: sum / samples, pValue, level };
}

export function exitsAlarm({ counts, expected, samples, pValue, alpha, restarts }: ExitsState): ExitsAlarm {
  const shares = counts.map((count) => count / samples);
  return { test: 'exits', samples, shares, expected, pValue, level: alpha / 2 ** restarts };
}
