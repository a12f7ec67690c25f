/** A client of servers that speak the Open Inference Protocol, such as spillway's own: for browsers and Node. */

export { OptionError, ServerError, SpillwayError } from '../lib/errors.js';
export {
  type CallOptions,
  type CascadeAnswer,
  type Fetch,
  type InferCall,
  type InferenceClient,
  type InferenceClientOptions,
  type Input,
  type InputData,
  inferenceClient,
  type ModelCall,
  textsOf,
} from '../lib/protocol/client/index.js';
export {
  type Datatype,
  type Duration,
  type Elements,
  type InferResponse,
  type ModelMetadata,
  type ModelState,
  type ModelStatistics,
  type Parameters,
  RequestError,
  type RequestFault,
  type ServerMetadata,
  type Tensor,
  type TensorMetadata,
  type WantedOutput,
} from '../lib/protocol/messages/index.js';
