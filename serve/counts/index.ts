/** What models have counted since the server was started: reloads go on with it, and it is kept for a while after. */

export type { GroupCounts } from './answeredRows.js';
export { type AuditCounts, addedCounts, NO_AUDIT } from './auditCounts.js';
export { ModelRecord, type VersionCounts } from './modelRecord.js';
export { ModelRecords } from './modelRecords.js';
