/** The directory of models: versions found, loaded, replaced without a drop, and unloaded. */

export { Live, type LoadedVersion } from './live.js';
export type { ModelLoader, RepositoryOptions } from './loading.js';
export { type HeldMemory, heldBy, totalHeld } from './memory.js';
export { type Promised, weakening } from './promise.js';
export { type IndexedVersion, Repository, type RepositoryEvent, type RepositoryPorts } from './repository.js';
export type { AuditSettings, ModelSettings, Reservation, VersionPolicy } from './settings.js';
export { watchDirectory } from './watch.js';
