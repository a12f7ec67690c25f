/** One file per artifact: layout, digest, atomic writes. */

export { decode, encode } from './codec.js';
export { readArtifact, writeArtifact, writeAtomically } from './file.js';
export { combine, separate } from './nest.js';
export { sealedBytes, sealOf } from './seal.js';
export {
  either,
  flag,
  list,
  naturalNumber,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  wrong,
} from './shape.js';
