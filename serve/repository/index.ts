/** The directory of models: versions found, loaded, replaced without a drop, and unloaded. */

export type { ReadyPolicy } from './entry.js';
export { Live, type LoadedVersion } from './live.js';
export type { ModelLoader, RepositoryOptions } from './loading.js';
export { type HeldMemory, heldBy } from './memory.js';
export { type IndexedVersion, Repository, type RepositoryEvent } from './repository.js';
export type { AuditSettings } from './settings.js';
export { compareVersions } from './versions.js';
export { watchDirectory } from './watch.js';
