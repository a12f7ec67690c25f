export type { AuditAlarm, ExitsAlarm, LossAlarm } from './alarm.js';
export type { AuditedAnswer, AuditedAnswers, AuditPredictOptions, DrawnRow } from './answers.js';
export { Audit } from './audit.js';
export type { AuditOptions, ExitsOptions } from './options.js';
export type { PendingRow } from './pending.js';
export type { ExitsState } from './shares.js';
export type { AuditState } from './state.js';
