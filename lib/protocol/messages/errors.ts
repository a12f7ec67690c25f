import { SpillwayError } from '../../errors.js';

/**
 * Why a request has no answer. HTTP and gRPC each have a status for every reason.
 *
 * `invalid`: the request can't be understood or doesn't fit the model; `unauthenticated`: no key, or an
 * unknown one; `denied`: the key doesn't allow this; `not-found`: no such model or version;
 * `too-large`: over a limit; `unsupported`: a part of the protocol that isn't served; `unknown-encoding`: a body that
 * is packed in a way that isn't read; `overloaded`:
 * refused before any work, since the deadline can't be met, a queue is full or a tenant is over its limit;
 * `unavailable`: the model isn't ready; `deadline`: the deadline passed; `cancelled`: the client left;
 * `internal`: the model or the server failed.
 */
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** All of them. */
export const REQUEST_FAULTS = [
  'invalid',
  'unauthenticated',
  'denied',
  'not-found',
  'too-large',
  'unsupported',
  'unknown-encoding',
  'overloaded',
  'unavailable',
  'deadline',
  'cancelled',
  'internal',
] as const;

/** A request that wasn't answered, and why. */
export class RequestError extends SpillwayError {
  override name = 'RequestError';

  constructor(
    readonly reason: RequestFault,
    message: string,
    /** Milliseconds after which another attempt may succeed, where that is known. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super('REQUEST', message, options);
  }
}

/** The error of a request that is refused before any work. */
export function overloaded(message: string, retryAfterMs: number): RequestError {
  return withoutStack(() => new RequestError('overloaded', message, retryAfterMs));
}

/**
 * An error that load causes, without a stack: collecting one takes longer than the decision, and a server refuses most
 * requests when it has the least time.
 */
export function withoutStack<Thrown extends Error>(make: () => Thrown): Thrown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
