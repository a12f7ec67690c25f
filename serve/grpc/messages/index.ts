/** Messages of the protocol over gRPC, read and written as protobuf. */

export { peekInferRequest, readInferRequest, writeInferResponse } from './infer.js';
export {
  readIndexRequest,
  readLoadRequest,
  readNamed,
  writeFlag,
  writeIndex,
  writeLoaded,
  writeModelMetadata,
  writeServerMetadata,
  writeStatistics,
} from './models.js';
