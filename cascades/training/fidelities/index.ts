/** Fidelities of features while a cascade is made: proposed, measured, and dropped where they can't help. */

export { namedFidelities } from './stored.js';
export { type Told, tellsAnything } from './tells.js';
export { triedVersions } from './tried.js';
export { checkNested, nestedRows, type Versions, versionsOf, wholeName, withFewer } from './versions.js';
