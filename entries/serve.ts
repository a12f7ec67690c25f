/** Many cascades served in one process, by the Open Inference Protocol. */
export { RequestError, type RequestFault } from '../lib/protocol/messages/index.js';
export type { JwtOptions, KeyOptions, Right } from '../serve/access/index.js';
export type { ModeAlarm } from '../serve/audit/index.js';
export type {
  AccessEntry,
  AuditCounts,
  Backend,
  Call,
  CloseOptions,
  DurationBuckets,
  GroupCounts,
  LoadCounts,
  ModelCheck,
  ModelLoad,
  ModelState,
  ModelStatistics,
  RepositoryEvent,
  ServedModel,
  ServedModels,
  ServeLimits,
  ServeOptions,
  Serving,
  ServingEvent,
  TenantsOptions,
  TenantTerms,
  VersionCounts,
} from '../serve/index.js';
export { checkModels, serve } from '../serve/index.js';
