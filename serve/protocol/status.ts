import type { RequestFault } from '../../lib/protocol/messages/index.js';

/** Statuses of refusals before any work: 429 asks the client to be slower, 503 is what Triton's clients know. */
export type OverloadedStatus = 429 | 503;

const HTTP: Readonly<Record<Exclude<RequestFault, 'overloaded'>, number>> = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  'too-large': 413,
  'unknown-encoding': 415,
  cancelled: 499,
  internal: 500,
  unsupported: 501,
  unavailable: 503,
  deadline: 503,
};

/**
 * The HTTP status of a request that wasn't answered. 499, which no client reads, is for logs.
 *
 * @see Triton, "HTTP/REST and GRPC Protocol": errors
 */
export function httpStatus(reason: RequestFault, overloaded: OverloadedStatus): number {
  return reason === 'overloaded' ? overloaded : HTTP[reason];
}

const GRPC: Readonly<Record<RequestFault, number>> = {
  cancelled: 1,
  invalid: 3,
  deadline: 4,
  'not-found': 5,
  denied: 7,
  'too-large': 8,
  overloaded: 8,
  unsupported: 12,
  'unknown-encoding': 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};

/** The gRPC code of a request that wasn't answered. @see gRPC, "Status codes and their use in gRPC" */
export function grpcStatus(reason: RequestFault): number {
  return GRPC[reason];
}
