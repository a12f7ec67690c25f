export type { AuditAlarm, ExitsAlarm, LossAlarm } from './alarm.js';
export type { AuditedAnswer, AuditedAnswers, AuditPredictOptions, DrawnRow } from './answers.js';
export { Audit } from './audit.js';
export type { HeldCall } from './calls.js';
export type { MissedRows, PendingDraw, PendingRow } from './labels.js';
export type { AuditOptions, ExitsOptions } from './options.js';
export type { CallOutcome, DrawOutcome, LateLabel } from './outcome.js';
export type { ExitsState } from './shares.js';
export type { AuditState } from './state.js';
