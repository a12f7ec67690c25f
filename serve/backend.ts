import type { InferRequest, InferResponse, ModelMetadata } from '../lib/inference/index.js';

/** What a request carries beside its content. Times are those of the server's timer, in milliseconds. */
export interface Call {
  /** Who asks: the tenant of the key, or `anonymous`. */
  readonly tenant: string;
  readonly arrived: number;
  /** When the answer is worth nothing any more; undefined: the model's default, or never. */
  readonly deadline: number | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
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
  readonly count: number;
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

/** What the protocol's front ends (HTTP, gRPC) need of the models. Methods throw RequestError. */
export interface Backend {
  /** Whether every model that should be served is warm. */
  readonly isReady: boolean;
  /** `version` undefined: any that answers. */
  isModelReady(name: string, version: string | undefined): boolean;
  metadata(name: string, version: string | undefined): ModelMetadata;
  statistics(name: string | undefined, version: string | undefined): readonly ModelStatistics[];
  index(): readonly ModelState[];
  infer(request: InferRequest, call: Call): Promise<InferResponse>;
  /** Loads the latest files of a model beside what is served, warms it and swaps it in. */
  load(name: string): Promise<void>;
  /** Stops serving a model once its requests have been answered. */
  unload(name: string): Promise<void>;
}
