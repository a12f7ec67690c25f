/** The cores shared out between tenants and models: slices, turns by cost, deadlines, limits, modes under load. */

export { BOUNDS_MS, type DurationBuckets } from './durations.js';
export { PredictionErrors } from './estimates/index.js';
export { RecentDurations } from './histogram.js';
export { DroppedByLoad, type JobAnswer, type ModelJob } from './job.js';
export { type ModelOptions, OVERLOADS, type Overload, type SchedulerOptions } from './options.js';
export type { ModelQueue, ScheduledMode, ScheduledModel } from './queues.js';
export { type Member, RoundRobin, Turn } from './roundRobin.js';
export { Scheduler } from './scheduler.js';
export { ExitCounts, type LoadCounts, loadCounts, ModelCounts, type ModelLoad } from './statistics.js';
export { Tenants, type TenantsOptions, type TenantTerms } from './tenants.js';
