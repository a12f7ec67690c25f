/** Many cascades served in one process: shared by content, warm, scheduled over the cores. */

export type { AccessEntry } from './accessLog.js';
export type { Backend, Call, ModelState, ModelStatistics } from './backend.js';
export { checkModels, type ModelCheck } from './check.js';
export type { AuditCounts, GroupCounts, VersionCounts } from './counts/index.js';
export type { ServedModels, ServeLimits, ServeOptions } from './options.js';
export type { RepositoryEvent } from './repository/index.js';
export type {
  DurationBuckets,
  LoadCounts,
  ModelLoad,
  TenantsOptions,
  TenantTerms,
} from './scheduling/index.js';
export { type CloseOptions, type Serving, serve } from './serve.js';
export type { ServedModel, ServingEvent } from './server.js';
