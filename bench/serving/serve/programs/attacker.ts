import { request } from 'node:http';
import { connect } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
import type { AttackCommands, AttackSpec } from './attackCommands.js';
import { answerTo } from './children.js';

/** Does to a server what it should stand, in a process of its own. */

const MIB = 2 ** 20;

answerTo<AttackCommands>({
  run: async (spec) => {
    const before = process.cpuUsage();
    const statuses: Record<string, number> = {};
    const count = (status: string | number) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
    };
    const until = performance.now() + 1_000 * spec.seconds;
    await ATTACKS[spec.what](spec, count, () => performance.now() < until);
    const { user, system } = process.cpuUsage(before);
    return { statuses, cpuMs: (user + system) / 1_000 };
  },
});

type Attack = (
  spec: AttackSpec,
  count: (status: string | number) => void,
  goesOn: () => boolean,
) => Promise<void>;

const ATTACKS: Readonly<Record<AttackSpec['what'], Attack>> = {
  texts: (spec, count, goesOn) => bodies(spec, 3, [`${'word '.repeat(2_800_000)}`], count, goesOn),
  bodies: (spec, count, goesOn) =>
    bodies(
      spec,
      2,
      Array.from({ length: 2 ** 18 - 1 }, () => 'word '.repeat(47)),
      count,
      goesOn,
    ),
  unfinished: async (spec, count, goesOn) => {
    const open = () => connect(`http://${spec.grpc}`).on('error', () => {});
    let session = open();
    const all = Array.from({ length: 16 }, async () => {
      while (goesOn()) {
        // The server ends a connection that resets calls without end.
        if (session.destroyed || session.closed) session = open();
        count(await unfinished(session, goesOn));
      }
    });
    await Promise.all(all);
    session.destroy();
  },
  loads: async (spec, count, goesOn) => {
    const all = ['hangs', 'slow'].map(async (model) => {
      while (goesOn()) {
        const path = `/v2/repository/models/${model}/load`;
        count(await Promise.race([post(spec, path, ''), left(goesOn)]));
      }
    });
    await Promise.all(all);
  },
};

/** Requests of these texts, so many at a time. */
async function bodies(
  spec: AttackSpec,
  at: number,
  texts: readonly string[],
  count: (status: string | number) => void,
  goesOn: () => boolean,
): Promise<void> {
  const body = JSON.stringify({
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [texts.length], data: texts }],
  });
  const sending = Array.from({ length: at }, async () => {
    while (goesOn()) count(await post(spec, `/v2/models/${spec.model}/infer`, body));
  });
  await Promise.all(sending);
}

function post({ port, key }: AttackSpec, path: string, body: string): Promise<string | number> {
  return new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', path, method: 'POST', headers: { 'x-api-key': key } });
    sent.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', () => resolve('cut'));
    sent.end(body);
  });
}

async function left(goesOn: () => boolean): Promise<string> {
  while (goesOn()) await setTimeout(50);
  return 'still loading';
}

/** A call without a key whose message of 60 MB is never finished. @returns its status, or that it is still open */
async function unfinished(session: ReturnType<typeof connect>, goesOn: () => boolean): Promise<string> {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/inference.GRPCInferenceService/ServerLive',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let status: string | undefined;
  let drained = () => {};
  stream.on('error', () => {}).on('drain', () => drained());
  stream.once('response', (headers) => {
    status = String(headers['grpc-status']);
  });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(60 * MIB, 1);
  stream.write(prefix);
  const chunk = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < 59 * MIB && status === undefined && goesOn(); sent += chunk.length) {
    if (stream.write(chunk)) continue;
    const drain = new Promise<void>((resolve) => {
      drained = resolve;
    });
    await Promise.race([drain, setTimeout(100)]);
  }
  while (status === undefined && goesOn()) await setTimeout(10);
  stream.destroy();
  return status === undefined ? 'open' : `gRPC ${status}`;
}
