export { decode, encode } from './codec.js';
export { readArtifact, writeArtifact, writeAtomically } from './file.js';
export { combine, separate } from './nest.js';
export { formatVersion } from './seal.js';
