import test from 'ava';
import { parameterOf, timeoutOf } from '../../../../lib/protocol/messages/index.js';
import { refusal } from './messages.js';

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
