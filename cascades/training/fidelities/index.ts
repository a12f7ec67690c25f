/** Fidelities of features while a cascade is made: proposed, measured, and dropped where they can't help. */

export { checkNested, checkServed, nestedRows } from './nested.js';
export { namedFidelities, namesOf } from './stored.js';
export { type Told, tellsAnything } from './tells.js';
export { triedVersions } from './tried.js';
export { type Versions, versionsOf, wholeName } from './versions.js';
