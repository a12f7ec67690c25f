import type {
  InferResponse,
  ModelMetadata,
  ModelState,
  ModelStatistics,
  Parameters,
  ServerMetadata,
  WantedOutput,
} from '../messages/index.js';
import type { CascadeAnswer } from './cascadeAnswer.js';
import type { Input } from './inputs.js';

/** Options of any call. */
export interface CallOptions {
  /** Milliseconds for the answer, retries and their waits included. @defaultValue the client's own */
  readonly timeoutMs?: number | undefined;
  /** Aborts the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A call about one model. */
export interface ModelCall extends CallOptions {
  /** The model's name at the server. */
  readonly model: string;
  /** @defaultValue the one that the server prefers */
  readonly version?: string | undefined;
}

/** A request for inference. */
export interface InferCall extends ModelCall {
  readonly inputs: readonly Input[];
  /** The outputs that are wanted. @defaultValue all */
  readonly outputs?: readonly (string | WantedOutput)[] | undefined;
  /** Of the request; servers pass over those that they don't know. @defaultValue none */
  readonly parameters?: Parameters | undefined;
  /** Comes back in the answer. @defaultValue none */
  readonly id?: string | undefined;
  /**
   * Milliseconds after which the answer is worth nothing. The server gets what is left of them as the parameter
   * `timeout`, and can refuse at once what it can't answer in time. @defaultValue none: `timeoutMs` alone, of which
   * the server isn't told
   */
  readonly deadlineMs?: number | undefined;
  /** Called before each retry. If it throws, the call ends with that error. */
  readonly onRetry?: (() => void) | undefined;
}

/** A client of one server. Each method rejects with ServerError where there is no usable answer. */
export interface InferenceClient extends AsyncDisposable {
  /** Whether the server runs. Its refusals mean false; a server that can't be reached is an error. */
  live(options?: CallOptions): Promise<boolean>;
  /** Whether the server can answer, or one of its models, if `model` is given. */
  ready(call?: CallOptions | ModelCall): Promise<boolean>;
  /** The server's name, version and extensions. */
  server(options?: CallOptions): Promise<ServerMetadata>;
  /** A model's versions, inputs and outputs. */
  metadata(call: ModelCall): Promise<ModelMetadata>;
  /**
   * A model's outputs for these inputs. Rejects with RequestError, before anything is sent, for inputs whose data,
   * shape and datatype don't go together, and for NaN and infinities that would go as JSON.
   */
  infer(call: InferCall): Promise<InferResponse>;
  /** The same from a cascade of spillway: labels, scores, exits, and what is promised of them. */
  predict(call: InferCall): Promise<CascadeAnswer>;
  /** Counts and times of all models, or of one. */
  statistics(call?: CallOptions | ModelCall): Promise<readonly ModelStatistics[]>;
  /** The models that the server knows, and their states. */
  index(options?: CallOptions): Promise<readonly ModelState[]>;
  /** Loads or reloads a model. Sent once: a second request could load it twice. */
  load(call: ModelCall): Promise<void>;
  /** Unloads a model. Sent once. */
  unload(call: ModelCall): Promise<void>;
  /** Aborts pending calls, and takes no more. */
  close(): Promise<void>;
}
