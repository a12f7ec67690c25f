/** Requests and answers of the Open Inference Protocol, version 2, as plain data: read, checked and written. */

export { ARRAYS, type NumberElements } from './datatypes.js';
export { type InputDeclaration, inputDeclarations } from './declarations.js';
export { overloaded, REQUEST_FAULTS, RequestError, type RequestFault, withoutStack } from './errors.js';
export { readError, writeError } from './faults.js';
export { JSON_LENGTH } from './header.js';
export { parameterOf } from './json.js';
export { DEFAULT_LIMITS, type MessageLimits } from './limits.js';
export {
  labelsText,
  readModelMetadata,
  readServerMetadata,
  writeModelMetadata,
  writeServerMetadata,
} from './metadata.js';
export { readInferRequest, readInferResponse } from './read.js';
export { readInSteps } from './readInSteps.js';
export { readIndex, readIndexRequest, writeIndex } from './repository.js';
export { type MakeRow, rowOf } from './rowOf.js';
export { readStatistics, writeStatistics } from './statistics.js';
export { endOfText } from './structure.js';
export { EXPECTED, fillElements, type LooseTensor, TensorReader, tensorOctets } from './tensors/index.js';
export { utf8Text } from './text.js';
export type {
  Datatype,
  Duration,
  Elements,
  InferRequest,
  InferResponse,
  ModelMetadata,
  ModelState,
  ModelStatistics,
  Parameters,
  ServerMetadata,
  Tensor,
  TensorMetadata,
  WantedOutput,
} from './types.js';
export { type Message, writeInferRequest, writeInferResponse } from './write.js';
