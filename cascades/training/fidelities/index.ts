/** Fidelities of features while a cascade is made: proposed, measured, and dropped where they can't help. */

export { pricedFidelities } from './prices.js';
export { proposedFidelities } from './proposals.js';
export { keptFidelities, namedFidelities, namesOf } from './stored.js';
export { tellsAnything } from './tells.js';
export { checkNested, nestedRows, type Versions, versionsOf, wholeName, withFewer } from './versions.js';
