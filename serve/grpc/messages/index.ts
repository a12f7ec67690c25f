/** Messages of the protocol over gRPC, read and written as protobuf. */

export { encodeModelConfig } from './config.js';
export { readMessage } from './fields.js';
export { decodeInferRequest, encodeInferResponse, peekInferRequest } from './infer.js';
export {
  decodeIndexRequest,
  encodeIndex,
  encodeModelMetadata,
  encodeServerMetadata,
  encodeStatistics,
  readLoadRequest,
  readNamed,
  writeFlag,
  writeLoaded,
} from './models.js';
