import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { Client, credentials } from '@grpc/grpc-js';
import test from 'ava';
import { FakeTimer } from '../../support/fakeTimer.js';
import { asking, serve } from './served.js';

const message = asking({ contents: { fp32_contents: [1, 2] } });

test('a message that doesn’t come in time ends its call', async (t) => {
  const { port, backend, ask } = await serve(t, { limits: { requestMs: 100 } });
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  t.teardown(() => session.destroy());
  const stream = session.request({
    ':method': 'POST',
    ':path': '/inference.GRPCInferenceService/ModelInfer',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  // A message of 100 octets begins.
  stream.write(Buffer.from([0, 0, 0, 0, 100, 1]));
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
  t.is(headers['grpc-status'], '4');
  t.regex(String(headers['grpc-message']), /too%20long/);
  t.is(backend.calls.length, 0);
  t.deepEqual(await ask('ServerLive'), { live: true });
});

test('connections above the limit are refused', async (t) => {
  const { port, ask } = await serve(t, { limits: { connections: 1 } });
  t.deepEqual(await ask('ServerLive'), { live: true });
  const second = connect(port, '127.0.0.1');
  second.on('error', () => {});
  await new Promise((resolve) => second.once('close', resolve));
  t.deepEqual(await ask('ServerLive'), { live: true });
});

test('sockets that are no gRPC do no harm', async (t) => {
  const { port, ask, faults } = await serve(t);
  for (const octets of [
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    '\0\0\0',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxxxxxxxxx',
  ]) {
    const socket = connect(port, '127.0.0.1', () => socket.end(octets));
    socket.on('error', () => {}).resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  t.deepEqual(await ask('ServerLive'), { live: true });
  t.deepEqual(faults, []);
});

test('a server that leaves isn’t ready, and answers on', async (t) => {
  const { ask, leave } = await serve(t);
  leave();
  t.false((await ask('ServerReady')).ready ?? false);
  t.deepEqual(await ask('ServerLive'), { live: true });
  t.like(await ask('ModelInfer', message), { model_name: 'adder' });
});

test('draining answers what has begun, and takes no connection', async (t) => {
  const { ask, backend, close, port } = await serve(t);
  let release = () => {};
  const entered = new Promise<void>((resolve) => {
    backend.before = () => {
      resolve();
      return new Promise<void>((go) => (release = go));
    };
  });
  const answer = ask('ModelInfer', message);
  await entered;
  const closed = close();
  const late = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const refused = new Promise((resolve) => late.waitForReady(Date.now() + 300, resolve));
  t.true((await refused) instanceof Error);
  late.close();
  release();
  t.is((await answer).model_name, 'adder');
  await closed;
});

test('what is unfinished when the time is over is cut', async (t) => {
  const timer = new FakeTimer();
  const { ask, backend, close } = await serve(t, { timer, limits: { drainMs: 500 } });
  const entered = new Promise<void>((resolve) => {
    backend.before = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        resolve();
      });
  });
  const answer = t.throwsAsync(ask('ModelInfer', message));
  await entered;
  const closed = close();
  await timer.pass(501);
  await closed;
  await answer;
  t.true(backend.calls[0].call.signal.aborted);
});
