/** Element types of the Open Inference Protocol. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/**
 * The elements of a tensor, flat and row-major. `BOOL` is one octet an element, 0 or 1; `FP16` is
 * widened to 32 bits; `BYTES` are octets, one array an element; they may share memory.
 */
export type Elements =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly Uint8Array[];

/** Parameters of a request, a response or a tensor. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** A tensor of a request or a response. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes, each 0 or more; their product is the number of elements. */
  readonly shape: readonly number[];
  readonly elements: Elements;
  readonly parameters?: Parameters;
}

/** An output that a request names. */
export interface WantedOutput {
  readonly name: string;
  readonly parameters?: Parameters;
}

/** A request for inference. */
export interface InferRequest {
  readonly model: string;
  /** Undefined: the version that the server's policy prefers. */
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly parameters: Parameters;
  readonly inputs: readonly Tensor[];
  /** Undefined: all outputs. */
  readonly outputs: readonly WantedOutput[] | undefined;
}

/** A model's answer to a request. */
export interface InferResponse {
  readonly model: string;
  readonly version: string;
  readonly id: string | undefined;
  readonly parameters: Parameters;
  readonly outputs: readonly Tensor[];
}

/** A tensor as metadata declares it: -1 stands for a size that is free. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes, each 0 or more, or -1. */
  readonly shape: readonly number[];
  /** What the columns of its last size are, in their order: the classes of `scores`. @defaultValue not told */
  readonly labels?: readonly (string | number | boolean)[];
}

/** What a server says of a model. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /**
   * The most rows of a request, the first size of each tensor. @defaultValue not told, as where the first size isn't
   * of rows that requests can be cut into
   */
  readonly maxBatchSize?: number;
}

/** What a server says of itself. */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  /** Parts of the protocol beyond its core, such as `binary_tensor_data`. */
  readonly extensions: readonly string[];
}

/** The state of one version of a model, as the repository's index lists it. */
export interface ModelState {
  readonly name: string;
  readonly version: string;
  /** READY: warmed, and answers. */
  readonly state: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';
  /** Why it is unavailable, or empty. */
  readonly reason: string;
}

/** Durations that have been added up. */
export interface Duration {
  /** How many there were. */
  readonly count: number;
  /** Their sum. */
  readonly nanoseconds: number;
}

/** Counts of one version of a model since it was loaded. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since the epoch of the last request; 0 without one. */
  readonly lastInference: number;
  /** Rows answered, and executions that answered them. */
  readonly rows: number;
  readonly executions: number;
  readonly success: Duration;
  readonly fail: Duration;
  readonly queue: Duration;
  readonly compute: Duration;
}
