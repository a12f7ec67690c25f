import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import test, { type ExecutionContext } from 'ava';
import { RoundRobin } from '../../bench/serving/serve/roundRobin.js';
import { folderFor } from '../support/files.js';
import { textModel } from '../support/servedModels.js';
import { publishText, type ServerProcess, startServer, urlOf } from '../support/serverProcess.js';

/** Three processes behind balancers of connections, replaced one by one while clients that keep theirs send. */

const CLIENTS = 4;

interface Traffic {
  answered: number;
  readonly failures: string[];
  isOver: boolean;
}

/** Sends one request after the other over a connection that is kept. */
async function overHttp(port: number, traffic: Traffic): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({
    inputs: ['title', 'body'].map((name) => ({ name, datatype: 'BYTES', shape: [1], data: ['dage'] })),
  });
  const ask = () =>
    new Promise<string>((resolve) => {
      const path = '/v2/models/mails/infer';
      const asking = request({ port, host: '127.0.0.1', path, method: 'POST', agent }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === 200 ? '' : `status ${answer.statusCode}`));
        answer.on('error', (error) => resolve(error.message));
      });
      asking.on('error', (error) => resolve(error.message));
      asking.end(body);
    });
  while (!traffic.isOver) count(traffic, await ask());
  agent.destroy();
}

const service = loadSync(fileURLToPath(new URL('grpc/service.proto', import.meta.url)), { keepCase: true })[
  'inference.GRPCInferenceService'
];

async function overGrpc(port: number, traffic: Traffic): Promise<void> {
  if ('format' in service) throw new Error('the service is a message');
  const { path, requestSerialize, responseDeserialize } = service.ModelInfer;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const message = {
    model_name: 'mails',
    inputs: ['title', 'body'].map((name) => ({
      name,
      datatype: 'BYTES',
      shape: [1],
      contents: { bytes_contents: [Buffer.from('dage')] },
    })),
  };
  const ask = () =>
    new Promise<string>((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, new Metadata(), (error) =>
        resolve(error?.message ?? ''),
      );
    });
  while (!traffic.isOver) count(traffic, await ask());
  client.close();
}

function count(traffic: Traffic, failure: string): void {
  if (failure === '') traffic.answered++;
  else traffic.failures.push(failure);
}

test('a rolling update of three replicas: no request fails, over HTTP and gRPC', async (t) => {
  const directory = await folderFor(t);
  await publishText(directory, 'mails/1', await textModel(1, 300, 0.2));
  const [http, grpc] = await Promise.all([RoundRobin.open(), RoundRobin.open()]);
  t.teardown(() => {
    http.close();
    grpc.close();
  });
  const running: Replica[] = [];
  const start = async () => {
    const replica = await replicaOf(t, directory);
    http.add(replica.port);
    grpc.add(replica.grpcPort, replica.port);
    await Promise.all([http.until(replica.port, 'ready'), grpc.until(replica.grpcPort, 'ready')]);
    running.push(replica);
  };
  await Promise.all([start(), start(), start()]);
  const traffic: Traffic = { answered: 0, failures: [], isOver: false };
  const clients = Array.from({ length: CLIENTS }, (_, i) =>
    i % 2 === 0 ? overHttp(http.port, traffic) : overGrpc(grpc.port, traffic),
  );
  for (let i = 0; i < 3; i++) {
    const [old] = running;
    await start();
    const before = traffic.answered;
    old.server.child.kill('SIGTERM');
    // As soon as the balancers know of it, and kept connections have gone elsewhere by themselves, it may end.
    await Promise.all([http.until(old.port, 'unready'), grpc.until(old.grpcPort, 'unready')]);
    await http.until(old.port, 'unused');
    old.server.child.kill('SIGTERM');
    t.is(await old.server.exited, 0);
    http.remove(old.port);
    grpc.remove(old.grpcPort);
    running.shift();
    t.true(traffic.answered > before);
  }
  traffic.isOver = true;
  await Promise.all(clients);
  t.deepEqual(traffic.failures, []);
});

interface Replica {
  readonly server: ServerProcess;
  readonly port: number;
  readonly grpcPort: number;
}

async function replicaOf(t: ExecutionContext, directory: string): Promise<Replica> {
  const args = ['--port=0', '--grpc-port=0', '--workers=1', '--drain-delay=3600'];
  const server = startServer(t, [directory, ...args]);
  await server.has('out', /grpc:\/\/\S+\n/);
  const grpcPort = Number(/grpc:\/\/127\.0\.0\.1:(\d+)/.exec(server.printed.out)?.[1]);
  return { server, port: Number(new URL(urlOf(server)).port), grpcPort };
}
