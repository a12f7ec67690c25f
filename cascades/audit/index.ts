export type { AuditAlarm, ExitsAlarm, LossAlarm } from './alarm.js';
export type { AuditedAnswers, AuditPredictOptions, DrawnRow } from './answers.js';
export { Audit } from './audit.js';
export type { AuditOptions, ExitsOptions } from './options.js';
export type { ExitsState } from './shares.js';
export type { AuditState, PendingRow } from './state.js';
