import type { DriftState } from '../../lib/stats/index.js';
import type { StatedLoss } from '../types/index.js';
import type { ConsistencyAlarm } from './alone.js';
import type { ExitsState } from './exitDrift.js';
import type { AuditedLoss } from './losses.js';
import type { Standing } from './state.js';

/** The finding of an audit: plain data. */
export type AuditAlarm = LossAlarm | ExitsAlarm | ConsistencyAlarm;

/** The loss exceeds its limit. */
export interface LossAlarm {
  /** `promise`: a loss of the certificate; `disagreement`: its substitute until labels come. */
  readonly test: 'promise' | 'disagreement';
  readonly loss: StatedLoss;
  /** The promised limit of the loss, 0 to 1. */
  readonly limit: number;
  /** Drawn rows that were counted, and the mean of their losses. */
  readonly samples: number;
  readonly mean: number;
  /** The p-value of 'the loss is at most the limit', and the level that it has reached. */
  readonly pValue: number;
  readonly level: number;
}

/**
 * Rows leave at other stages than planned: they look different, whether or not the loss changes.
 */
export interface ExitsAlarm {
  readonly test: 'exits';
  /**
   * Rows answered whose stage is known, and their share at each stage, the full model last: in
   * service and in the plan.
   */
  readonly samples: number;
  readonly shares: readonly number[];
  readonly expected: readonly number[];
  /** The p-value of 'every share is within its limits', and the level that it has reached. */
  readonly pValue: number;
  readonly level: number;
}

/** The findings between two states of the same tests. */
export function alarmsBetween(
  before: Standing,
  after: Standing,
  losses: readonly AuditedLoss[],
): readonly AuditAlarm[] {
  const alarms: AuditAlarm[] = [];
  after.promises.forEach((test, i) => {
    if (test.alarm && !before.promises[i].alarm) alarms.push(lossAlarm('promise', losses[i].stated, test));
  });
  if (after.disagreement?.alarm && !before.disagreement?.alarm) {
    alarms.push(lossAlarm('disagreement', 'disagreement', after.disagreement));
  }
  if (after.exits?.alarm && !before.exits?.alarm) alarms.push(exitsAlarm(after.exits));
  return alarms;
}

function lossAlarm(test: LossAlarm['test'], loss: StatedLoss, state: DriftState): LossAlarm {
  const { epsilon, alpha, restarts, samples, sum, pValue } = state;
  const level = alpha / 2 ** restarts;
  return { test, loss, limit: epsilon, samples, mean: sum / samples, pValue, level };
}

function exitsAlarm(state: ExitsState): ExitsAlarm {
  const { counts, expected, pValue, alpha, restarts } = state;
  const samples = state.samples - state.unknown;
  const shares = counts.map((count) => count / samples);
  return { test: 'exits', samples, shares, expected, pValue, level: alpha / 2 ** restarts };
}
