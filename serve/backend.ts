import type {
  InferRequest,
  InferResponse,
  ModelMetadata,
  ModelState,
  ModelStatistics,
  TensorMetadata,
} from '../lib/protocol/messages/index.js';

export type { Duration, ModelState, ModelStatistics } from '../lib/protocol/messages/index.js';

/**
 * The part of an AbortSignal that tells when a client leaves. A whole one takes longer to make than it does to read a
 * request.
 */
export interface Leaving {
  readonly aborted: boolean;
  addEventListener(type: 'abort', leave: () => void, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', leave: () => void): void;
}

/** What a request carries beside its content. Times are those of the server's timer, in milliseconds. */
export interface Call {
  /** Who asks: the tenant of the key, or `anonymous`. */
  readonly tenant: string;
  readonly arrived: number;
  /** When the answer is worth nothing any more; undefined: the model's default, or never. */
  readonly deadline: number | undefined;
  /** Octets of its message, unpacked. */
  readonly octets: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  /** The same, where it takes less; undefined: `signal`. */
  readonly leaving?: Leaving;
}

/** What is known of a request for inference before its message is read: `octets` those that are known of. */
export interface Announced extends Pick<Call, 'tenant' | 'arrived' | 'deadline' | 'octets'> {
  /** Whether its message may name another deadline: then the model's own counts for nothing. */
  readonly mayNameDeadline: boolean;
  /** Milliseconds until its message will have been read, expected safely. @defaultValue 0 */
  readonly readingMs?: number;
}

/** The same with the model that it names. */
export interface AnnouncedRequest extends Announced {
  readonly model: string;
  readonly version: string | undefined;
}

/**
 * The model that a request is for, found once: whatever is known of the request later is asked of it. Where the
 * version has been replaced by then, its successor answers. Methods throw RequestError.
 */
export interface FoundModel {
  readonly inputs: readonly TensorMetadata[];
  /** Octets that a message to it can need. */
  readonly mostOctets: number;
  /** Octets of a text that it takes; infinity where an input is octets. */
  readonly mostText: number;
  /** Refuses the request if it can't be answered, as {@link Backend.screen} does, by what is known now. */
  screen(announced: Announced): void;
  /**
   * Answers at once where nothing waits: promises take as long as a small model. What it throws it throws at once as
   * well.
   */
  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse>;
}

/** Headers by which a request belongs to a trace; undefined: it has none. */
export interface TraceHeaders {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** What the protocol's front ends (HTTP, gRPC) need of the models. Methods throw RequestError. */
export interface Backend {
  /** Whether models answer: every one that should be served, or any, as the server is told. */
  readonly isReady: boolean;
  /** `version` undefined: any that answers. */
  isModelReady(name: string, version: string | undefined): boolean;
  metadata(name: string, version: string | undefined): ModelMetadata;
  statistics(name: string | undefined, version: string | undefined): readonly ModelStatistics[];
  index(): readonly ModelState[];
  /**
   * Refuses a request that can't be answered, before its message is read: reading takes longer than all else that a
   * refusal takes. What passes may still be refused.
   */
  screen(request: AnnouncedRequest): FoundModel;
  /** Answers a request whose model hasn't been looked for: see {@link FoundModel.infer}. */
  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse>;
  /** Loads the latest files of a model beside what is served, warms it and swaps it in. */
  load(name: string): Promise<void>;
  /** Stops serving a model once its requests have been answered. */
  unload(name: string): Promise<void>;
  /** The same for a request with these headers, where requests are traced. */
  under?(headers: TraceHeaders): Backend;
}
