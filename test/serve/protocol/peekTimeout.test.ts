import test from 'ava';
import fc from 'fast-check';
import { parameterOf } from '../../../lib/protocol/messages/index.js';
import { peekTimeout, timeoutOf } from '../../../serve/protocol/index.js';
import { refusal } from '../../lib/protocol/messages/messages.js';

const peek = (json: string) => peekTimeout(new TextEncoder().encode(json));
const NONE = Number.POSITIVE_INFINITY;

test('the timeout of a request is found where it is', (t) => {
  t.is(peek('{"parameters":{"timeout":1500},"inputs":[]}'), 1.5);
  t.is(peek('{ "id": "a", "inputs": [{"name":"x"}], "parameters" : { "k": 3, "timeout" : 20 } }'), 0.02);
  t.is(peek('{"parameters":{"timeout":0}}'), NONE);
  t.is(peek('{"parameters":{}}'), NONE);
  t.is(peek('{"inputs":[]}'), NONE);
});

test('what only looks like a timeout is none', (t) => {
  t.is(peek('{"timeout":5}'), NONE);
  t.is(peek('{"inputs":[{"parameters":{"timeout":5}}]}'), NONE);
  t.is(peek('{"id":"parameters","parameters":{"a":"timeout"}}'), NONE);
  t.is(peek('{"inputs":[{"data":["\\"parameters\\":{\\"timeout\\":5}"]}]}'), NONE);
  t.is(peek('{"inputs":[{"data":["\\\\"]}],"parameters":{"timeout":7000}}'), 7);
});

test('what only parsing can say is left to it', (t) => {
  for (const value of ['1.5', '-1', '"5"', 'null', '1e3', '[5]', ''])
    t.is(peek(`{"parameters":{"timeout":${value}}}`), undefined, value);
  t.is(peek('{"parameters":null}'), undefined);
  t.is(peek('{"parameters":{"timeout":5'), undefined);
  t.is(peek('{"inputs":"no end'), undefined);
  t.is(peek(`{"inputs":["${'x'.repeat(70_000)}"],"parameters":{"timeout":5}}`), undefined);
});

test('whatever a request holds, its timeout is the one that parsing finds', (t) => {
  const parameters = fc.dictionary(
    fc.constantFrom('timeout', 'k', 'parameters', 'a"b', '\\'),
    fc.oneof(fc.nat(), fc.string(), fc.boolean(), fc.double()),
  );
  const request = fc.record(
    { id: fc.string(), inputs: fc.array(fc.jsonValue({ maxDepth: 3 })), parameters },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(request, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const json = JSON.stringify(value, null, space);
      const found = peek(json);
      const timeout: unknown = JSON.parse(json).parameters?.timeout;
      if (found === undefined) return;
      t.is(found, typeof timeout === 'number' && timeout > 0 ? timeout / 1000 : NONE, json);
    }),
  );
  t.pass();
});

test('a request’s timeout is in microseconds', (t) => {
  t.is(timeoutOf({}), undefined);
  t.is(timeoutOf({ timeout: 0 }), undefined);
  t.is(timeoutOf({ timeout: 2_500 }), 2.5);
  for (const timeout of [-1, 0.5, '5', true])
    t.regex(
      refusal(() => timeoutOf({ timeout })),
      /^invalid: .*'timeout' is/,
    );
  t.is(parameterOf({}, 'constructor'), undefined);
});
