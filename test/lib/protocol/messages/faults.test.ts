import test from 'ava';
import { overloaded, RequestError, readError, writeError } from '../../../../lib/protocol/messages/index.js';
import { octetsOfJson } from './messages.js';

test('errors of the protocol, and of frameworks', (t) => {
  t.is(writeError(new Error('no "x"')), '{"error":"no \\"x\\""}');
  t.is(readError(octetsOfJson({ error: 'a' })), 'a');
  t.is(readError(octetsOfJson({ message: 'b' })), 'b');
  t.is(readError(octetsOfJson({ detail: 'c' })), 'c');
  t.is(readError(octetsOfJson({ error: { code: 1 } })), '{"error":{"code":1}}');
  t.is(readError(octetsOfJson('<html>')), '<html>');
  t.is(readError(new Uint8Array()), '');
  t.is(readError(octetsOfJson('x'.repeat(9_999))).length, 500);
});

test('a refusal has no stack, and other errors still have theirs', (t) => {
  const limit = Error.stackTraceLimit;
  const error = overloaded('busy', 20);
  t.true(error instanceof RequestError);
  t.like(error, { reason: 'overloaded', message: 'busy', retryAfterMs: 20 });
  t.notRegex(error.stack ?? '', /\n\s+at /);
  t.is(Error.stackTraceLimit, limit);
});
