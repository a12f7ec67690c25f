import test from 'ava';
import { REQUEST_FAULTS, RequestError } from '../../lib/protocol/messages/index.js';
import { asRequestError, FaultLog, Refusals } from '../../serve/faults.js';
import { FakeTimer } from '../support/fakeTimer.js';

const messages = (errors: readonly unknown[]) =>
  errors.map((error) => (error instanceof Error ? error.message : String(error)));

test('what isn’t the protocol’s is reported, and its client hears nothing of it', (t) => {
  const faults: unknown[] = [];
  const refusals = new Refusals();
  const ports = { onFault: (error: unknown) => void faults.push(error), onRefusal: refusals.of('http') };
  t.regex(asRequestError(new Error('/home/secret'), ports).message, /^the server failed/);
  const invalid = new RequestError('invalid', 'no such input');
  t.is(asRequestError(invalid, ports), invalid);
  t.is(asRequestError(invalid, { ...ports, onRefusal: refusals.of('grpc') }), invalid);
  asRequestError(new RequestError('internal', 'broken'), ports);
  t.deepEqual(messages(faults), ['/home/secret', 'broken']);
  const counts = refusals.all.filter(({ count }) => count > 0);
  t.deepEqual(counts, [
    { protocol: 'http', reason: 'invalid', count: 1 },
    { protocol: 'http', reason: 'internal', count: 2 },
    { protocol: 'grpc', reason: 'invalid', count: 1 },
  ]);
  t.is(refusals.all.length, 2 * REQUEST_FAULTS.length, 'each reason has a number from the start');
});

test('ten faults in ten seconds are reported, and how many were left out', async (t) => {
  const timer = new FakeTimer();
  const faults: unknown[] = [];
  const log = new FaultLog((error) => faults.push(error), timer);
  for (let i = 1; i <= 15; i++) log.report(new Error(`fault ${i}`));
  t.is(faults.length, 10);
  await timer.pass(10_000);
  t.deepEqual(messages(faults.slice(10)), ['5 more failures within 10 s were left out, the last: fault 15']);
  log.report(new Error('later'));
  t.deepEqual(messages(faults.slice(11)), ['later']);
  await timer.pass(60_000);
  t.is(faults.length, 12, 'nothing was left out since');
  for (let i = 1; i <= 11; i++) log.report(new Error(`again ${i}`));
  log.conclude();
  t.regex(messages(faults).at(-1) ?? '', /^1 more failures .* again 11$/);
  await timer.pass(60_000);
  log.conclude();
  t.is(faults.length, 23);
  t.is(log.count, 27, 'those that were left out count as well');
});
