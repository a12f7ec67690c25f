import test from 'ava';
import * as errors from '../../../../lib/errors.js';
import { receivedError, sentError } from '../../../../lib/util/workers/index.js';

const { DeadlineError, LookupError, SpillwayError } = errors;
const sent = (error: unknown) => receivedError(structuredClone(sentError(error)));

test('an error that was sent has its class, its fields and its cause', (t) => {
  const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH', retry: () => 1 });
  const error = new LookupError('price', 3, 'redis', 'unreachable', 'is gone', { cause });
  const received = sent(error);
  t.true(received instanceof LookupError && received instanceof SpillwayError);
  t.deepEqual({ ...received }, { ...error });
  t.deepEqual([received.message, received.stack], [error.message, error.stack]);
  const { cause: own } = received;
  t.like(own, { name: 'TypeError', message: 'no route', code: 'EHOSTUNREACH' });
  t.true(own instanceof TypeError);
  t.false(Object.hasOwn(Object(own), 'retry'));
  const late = sent(new DeadlineError(5, ['price']));
  t.true(late instanceof DeadlineError);
  t.like(late, { waitingFor: ['price'], deadlineMs: 5, code: 'DEADLINE' });
});

test('each class of ours is known', (t) => {
  for (const [name, known] of Object.entries(errors)) {
    const error: Error = Object.assign(Object.create(known.prototype), { name, message: 'gone' });
    t.true(sent(error) instanceof known, name);
  }
});

test('an error that is its own cause arrives', (t) => {
  const error = new RangeError('odd');
  error.cause = error;
  const received = sent(error);
  t.true(received instanceof RangeError && received.cause instanceof RangeError);
});

test('whatever else was thrown is an error of that text', (t) => {
  t.is(sent('no').message, 'no');
  t.is(sent(undefined).name, 'Error');
});
