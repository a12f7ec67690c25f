import { once } from 'node:events';
import { mkdir, rename } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { portOf } from '../../serve/listening.js';
import { folderFor } from '../support/files.js';
import { textModel } from '../support/servedModels.js';
import { publishText, startServer, urlOf } from '../support/serverProcess.js';

/** How signals end a server. No test waits for a delay: it is far longer than a test. */

const LONG = ['--drain-delay', '3600'];

const model = textModel(1, 300, 0.2);

async function started(t: ExecutionContext, more: readonly string[] = LONG) {
  const directory = await folderFor(t);
  await publishText(directory, 'mails/1', await model);
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', ...more]);
  await server.has('out', 'listening on');
  return { server, url: urlOf(server) };
}

const infer = (url: string) =>
  fetch(`${url}/v2/models/mails/infer`, {
    method: 'POST',
    body: JSON.stringify({
      inputs: ['title', 'body'].map((name) => ({ name, datatype: 'BYTES', shape: [1], data: ['dage'] })),
    }),
  });

/** Returns once it has turned. */
async function untilUnready(url: string): Promise<void> {
  while ((await fetch(`${url}/v2/health/ready`)).status === 200) await setTimeout(10);
}

test('SIGTERM makes it unready, and it answers on until a second one, over connections that end', async (t) => {
  const { server, url } = await started(t);
  const before = await infer(url);
  t.deepEqual([before.status, before.headers.get('connection')], [200, 'keep-alive']);
  server.child.kill('SIGTERM');
  await untilUnready(url);
  t.is((await fetch(`${url}/v2/health/live`)).status, 200);
  const after = await infer(url);
  t.deepEqual([after.status, after.headers.get('connection')], [200, 'close']);
  t.is(server.child.exitCode, null);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
  await t.throwsAsync(infer(url));
});

test('an interrupt waits for no delay, and cuts that of SIGTERM short', async (t) => {
  const { server } = await started(t);
  server.child.kill('SIGINT');
  t.is(await server.exited, 130);
  const other = await started(t);
  other.server.child.kill('SIGTERM');
  await untilUnready(other.url);
  other.server.child.kill('SIGINT');
  t.is(await other.server.exited, 0, 'the first signal says how it ends');
});

test('what is unfinished is waited for, until one signal more', async (t) => {
  const { server, url } = await started(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  socket.write('POST /v2/models/mails/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  server.child.kill('SIGTERM');
  await untilUnready(url);
  server.child.kill('SIGTERM');
  while (
    await fetch(url).then(
      () => true,
      () => false,
    )
  )
    await setTimeout(10);
  t.is(server.child.exitCode, null);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 143);
});

test('a model that hangs in loading doesn’t keep it from ending', async (t) => {
  const directory = await folderFor(t);
  await publishText(directory, 'hangs/1', await model, 'while (true);');
  // It says where it listens only once models are loaded.
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const port = portOf(free);
  await new Promise((resolve) => free.close(resolve));
  const server = startServer(t, [directory, '--port', `${port}`, '--workers', '1', ...LONG]);
  const isLive = () =>
    fetch(`http://127.0.0.1:${port}/v2/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isLive())) await setTimeout(20);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('neither does one that hangs in a reload', async (t) => {
  const directory = await folderFor(t);
  await publishText(directory, 'mails/1', await model);
  const args = [directory, '--port', '0', '--workers', '2', '--watch', '--drain-delay', '0'];
  const server = startServer(t, args);
  await server.has('out', 'listening on');
  const beside = join(directory, '.new');
  await mkdir(beside);
  await publishText(beside, '1', await model, 'while (true);');
  await mkdir(join(directory, 'hangs'));
  await rename(join(beside, '1'), join(directory, 'hangs/1'));
  for (let state = ''; state !== 'LOADING'; await setTimeout(20)) {
    const index = await fetch(`${urlOf(server)}/v2/repository/index`, { method: 'POST' });
    const models: readonly { readonly name: string; readonly state: string }[] = JSON.parse(
      await index.text(),
    );
    state = models.find(({ name }) => name === 'hangs')?.state ?? '';
  }
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});
