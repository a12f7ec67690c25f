/** The audit of a cascade in service: drawn rows, late labels, alarms. */

export type { AuditAlarm, ExitsAlarm, LossAlarm } from './alarm.js';
export type { Consistency, ConsistencyAlarm } from './alone.js';
export type {
  AuditableCascade,
  AuditedAnswer,
  AuditedAnswers,
  AuditPredictOptions,
  DrawnRow,
  ServedAnswers,
} from './answers.js';
export { Audit } from './audit.js';
export type { HeldCall } from './calls.js';
export { type Draws, drawAmong, drawsStart } from './draws.js';
export type { ExitsState } from './exitDrift.js';
export type { MissedRows, PendingDraw, PendingRow } from './labels.js';
export type { AuditOptions, ExitsOptions } from './options.js';
export type { CallOutcome, DrawOutcome, LateLabel } from './outcome.js';
export { type AuditState, evidenceNumber } from './state.js';
