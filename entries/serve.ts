/** Many cascades served in one process, by the Open Inference Protocol. */
export { RequestError, type RequestFault } from '../lib/protocol/messages/index.js';
export type { JwtOptions, KeyOptions, Right } from '../serve/access/index.js';
export type { ModeAlarm } from '../serve/audit/index.js';
export type {
  Backend,
  Call,
  CloseOptions,
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
} from '../serve/index.js';
export { checkModels, serve } from '../serve/index.js';
