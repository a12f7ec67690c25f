/** Requests and answers of the Open Inference Protocol, version 2, as plain data: read, checked and written. */

export { RequestError, type RequestFault } from './errors.js';
export type {
  Datatype,
  Elements,
  InferRequest,
  InferResponse,
  ModelMetadata,
  Parameters,
  Tensor,
  TensorMetadata,
  WantedOutput,
} from './types.js';
