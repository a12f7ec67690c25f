import type { InferRequest, InferResponse, TensorMetadata } from '../../lib/inference/index.js';
import type { Call } from '../backend.js';

/** What answers requests to one version of a model. */
export interface Endpoint {
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Why its answers promise nothing any more, though it answers; or empty. */
  readonly reason: string;
  infer(request: InferRequest, call: Call): Promise<InferResponse>;
  /** Called once no request uses it any more. */
  close(): Promise<void>;
}
