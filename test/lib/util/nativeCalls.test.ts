import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { NativeCalls, nativeCall } from '../../../lib/util/nativeCalls.js';
import { modulesUrl } from '../../support/modulesUrl.js';

const url = await modulesUrl(new URL('../../../lib/util/nativeCalls.ts', import.meta.url));

/** A thread whose calls return when it gets a message, and that says what it does. */
function threadOf(calls: NativeCalls) {
  const program = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(url)}).then(async ({ nativeCall }) => {
      await nativeCall(async () => {});
      parentPort.on('message', (wanted) => {
        if (wanted === 'call') nativeCall(() => {
          parentPort.postMessage('in a call');
          return new Promise((resolve) => parentPort.once('message', () => { parentPort.postMessage('returned'); resolve(); }));
        });
      });
      parentPort.postMessage('idle');
    });`;
  return new Worker(program, { eval: true, workerData: calls.workerData });
}

const said = async (worker: Worker): Promise<unknown> => (await once(worker, 'message'))[0];

test('a thread in a call ends itself when the call has returned', async (t) => {
  const calls = new NativeCalls();
  const worker = threadOf(calls);
  t.is(await said(worker), 'idle');
  worker.postMessage('call');
  t.is(await said(worker), 'in a call');
  t.false(calls.end());
  const left = once(worker, 'exit');
  worker.postMessage('return');
  t.is(await said(worker), 'returned');
  t.deepEqual(await left, [0]);
});

test('a thread without calls can be terminated, and begins none any more', async (t) => {
  const calls = new NativeCalls();
  const worker = threadOf(calls);
  t.is(await said(worker), 'idle');
  t.true(calls.end());
  const heard: unknown[] = [];
  worker.on('message', (message) => heard.push(message));
  const left = once(worker, 'exit');
  worker.postMessage('call');
  t.deepEqual(await left, [0], 'it would have to begin a call, and ends instead');
  t.deepEqual(heard, []);
});

test('elsewhere a call is only run', async (t) => {
  t.is(await nativeCall(async () => 7), 7);
  await t.throwsAsync(
    nativeCall(() => Promise.reject(new Error('lost'))),
    { message: 'lost' },
  );
});
