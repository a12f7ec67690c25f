import type { InferRequest, InferResponse, TensorMetadata } from '../../lib/protocol/messages/index.js';
import type { AnnouncedRequest, Call } from '../backend.js';

/** What answers requests to one version of a model. */
export interface Endpoint {
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Why its answers promise nothing any more, though it answers; or empty. */
  readonly reason: string;
  /** @throws RequestError for a request that can't be answered, by what is known before its message is read */
  screen(request: AnnouncedRequest): void;
  /** At once where nothing waits. @throws RequestError, also at once */
  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse>;
  /** Called once no request uses it any more. */
  close(): Promise<void>;
}
