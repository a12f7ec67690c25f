import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { accessOf } from '../../../serve/access/index.js';
import { Intake } from '../../../serve/intake/index.js';
import { asking, serve } from '../grpc/served.js';

/** Messages over gRPC that never end, beside a tenant with a key. */

const MIB = 2 ** 20;
/** The server's limit of messages. */
const HELD = 96 * MIB;
const QUIET = { headers: { 'x-api-key': 'key-of-the-quiet' } };
const NOISY = 'key-of-the-noisy';
const access = await accessOf({
  keys: [
    { key: 'key-of-the-quiet', tenant: 'quiet' },
    { key: NOISY, tenant: 'noisy' },
  ],
});
const message = asking({ contents: { fp32_contents: [1, 2] } });

/**
 * A program that begins 16 calls, whose messages of 60 MiB it sends but for their end, and prints their statuses once
 * each has one or nothing more is taken. In a process of its own: its memory isn't the server's.
 */
const CALLS = `
import { connect } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
const [port, method, key] = process.argv.slice(1);
const session = connect('http://127.0.0.1:' + port);
session.on('error', () => {});
const octets = 60 * 2 ** 20;
const chunk = Buffer.alloc(65_536);
async function call() {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/inference.GRPCInferenceService/' + method,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(key && { 'x-api-key': key }),
  });
  let status;
  let drained = () => {};
  stream.on('error', () => {}).on('drain', () => drained());
  stream.on('response', (headers) => { status = headers['grpc-status']; drained(); });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(octets, 1);
  stream.write(prefix);
  for (let sent = 0; sent < octets - chunk.length && status === undefined; sent += chunk.length) {
    if (stream.write(chunk)) continue;
    const drain = new Promise((resolve) => (drained = resolve));
    if ((await Promise.race([drain, setTimeout(1_000, 'stuck')])) === 'stuck') break;
  }
  await setTimeout(200);
  return status ?? 'open';
}
console.log(JSON.stringify(await Promise.all(Array.from({ length: 16 }, call))));
process.exit();
`;

/** Has such calls made, beside the quiet tenant's. @returns their statuses, and what memory grew by, in MiB */
async function attack(t: ExecutionContext, method: string, key = '') {
  const { port, ask } = await serve(t, { access, intake: new Intake({ octets: HELD }) });
  await ask('ModelInfer', message, QUIET);
  const before = process.memoryUsage().rss;
  let most = before;
  const program = spawn(process.execPath, ['--input-type=module', '-e', CALLS, String(port), method, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  program.stdout.on('data', (text) => (printed += text));
  let isOver = false;
  void once(program, 'close').then(() => (isOver = true));
  while (!isOver) {
    t.is((await ask('ModelInfer', message, QUIET)).model_name, 'adder');
    most = Math.max(most, process.memoryUsage().rss);
    await setTimeout(10);
  }
  const statuses: readonly string[] = JSON.parse(printed);
  return { statuses: new Set(statuses), grownMib: (most - before) / MIB };
}

test.serial('without a key, a call that needs no right takes a small message alone', async (t) => {
  const { statuses, grownMib } = await attack(t, 'ServerLive');
  t.deepEqual(statuses, new Set(['8']));
  t.true(grownMib < 150, `${grownMib} MiB`);
});

test.serial('without a key, a request for inference is refused by its headers', async (t) => {
  const { statuses, grownMib } = await attack(t, 'ModelInfer');
  t.deepEqual(statuses, new Set(['16']));
  t.true(grownMib < 150, `${grownMib} MiB`);
});

test.serial('with a key, messages count as they arrive, and leave room for others', async (t) => {
  const { statuses, grownMib } = await attack(t, 'ModelInfer', NOISY);
  t.true(statuses.has('8'));
  // What was dropped isn't collected at once; all of it would be 960 MiB.
  t.true(grownMib < 350, `${grownMib} MiB`);
});

test.serial('metadata and the repository’s calls take small messages', async (t) => {
  for (const method of ['ModelMetadata', 'RepositoryIndex', 'ModelReady'])
    t.deepEqual((await attack(t, method, NOISY)).statuses, new Set(['8']));
});
