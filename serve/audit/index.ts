/** The audit of a served model: its requests in the order in which they began, each mode apart, its state kept. */

export type { AnswerAgain } from './auditedCascade.js';
export { AuditFiles } from './auditFiles.js';
export {
  evidenceFor,
  type ModeAlarm,
  type ModeAnswers,
  ModelAudit,
  type ModelAuditState,
} from './modelAudit.js';
export type { AuditTicket } from './requests.js';
export type { StateWriter } from './stateWriter.js';
