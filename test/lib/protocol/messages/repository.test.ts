import test from 'ava';
import {
  checkLoadRequest,
  readIndex,
  readIndexRequest,
  writeIndex,
} from '../../../../lib/protocol/messages/index.js';
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

test('requests to the repository may have no body, and replace no files', (t) => {
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
  checkLoadRequest(none);
  checkLoadRequest(octetsOfJson({ parameters: { unload_dependents: false } }));
  for (const key of ['config', 'file:1/model.cascade']) {
    const body = octetsOfJson({ parameters: { [key]: 'x' } });
    t.regex(
      refusal(() => checkLoadRequest(body)),
      /^unsupported: the parameter ".*" would replace files/,
    );
  }
});
