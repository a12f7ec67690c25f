import test from 'ava';
import { readIndex, readIndexRequest, writeIndex } from '../../../../lib/protocol/messages/index.js';
import { octetsOfJson, refusal } from './messages.js';

test('the repository’s index', (t) => {
  const models = [
    { name: 'mail', version: '1', state: 'READY', reason: '' },
    { name: 'old', version: '', state: 'UNAVAILABLE', reason: 'unloaded' },
  ] as const;
  t.deepEqual(JSON.parse(writeIndex(models)), models);
  t.deepEqual(readIndex(octetsOfJson(writeIndex(models))), models);
  t.deepEqual(readIndex(octetsOfJson([{ name: 'a' }])), [
    { name: 'a', version: '', state: 'UNAVAILABLE', reason: '' },
  ]);
  t.regex(
    refusal(() => readIndex(octetsOfJson([{ name: 'a', state: 'GONE' }]))),
    /the state of index\[0\] is "GONE"/,
  );
  t.regex(
    refusal(() => readIndex(octetsOfJson({}))),
    /the index is an object/,
  );
});

test('requests for the index may have no body', (t) => {
  const none = new Uint8Array();
  t.deepEqual(readIndexRequest(none), { ready: false });
  t.deepEqual(readIndexRequest(octetsOfJson({ ready: true })), { ready: true });
  t.regex(
    refusal(() => readIndexRequest(octetsOfJson({ ready: 1 }))),
    /^invalid: 'ready' is 1/,
  );
  t.regex(
    refusal(() => readIndexRequest(octetsOfJson('{'))),
    /^invalid: the request is no JSON/,
  );
});
