/** A run over files: units shared out among workers, each output committed once, resumed by what is there. */

export { type Commitment, commitFile } from './commit.js';
export type { CommittedUnit, Manifest } from './manifest.js';
export { RunError } from './runError.js';
