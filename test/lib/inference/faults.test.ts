import test from 'ava';
import { readError, writeError } from '../../../lib/inference/index.js';
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
