import test from 'ava';
import type { RequestFault } from '../../../lib/protocol/messages/index.js';
import { grpcStatus, httpStatus } from '../../../serve/protocol/index.js';

test('every reason has a status of HTTP and of gRPC', (t) => {
  const expected: Record<RequestFault, [number, number]> = {
    invalid: [400, 3],
    unauthenticated: [401, 16],
    denied: [403, 7],
    'not-found': [404, 5],
    'too-large': [413, 8],
    unsupported: [501, 12],
    'unknown-encoding': [415, 12],
    overloaded: [429, 8],
    unavailable: [503, 14],
    deadline: [503, 4],
    cancelled: [499, 1],
    internal: [500, 13],
  };
  for (const [reason, statuses] of Object.entries(expected) as [RequestFault, [number, number]][]) {
    t.deepEqual([httpStatus(reason, 429), grpcStatus(reason)], statuses, reason);
  }
  t.is(httpStatus('overloaded', 503), 503);
});
