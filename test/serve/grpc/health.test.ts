import { fileURLToPath } from 'node:url';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import test, { type ExecutionContext } from 'ava';
import { accessOf } from '../../../serve/access/index.js';
import type { GrpcOptions } from '../../../serve/grpc/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { serve as serveGrpc } from './served.js';

/** Health as its own clients ask for it, such as grpc_health_probe and Kubernetes' probes: without a key. */

const definition = loadSync(fileURLToPath(new URL('health.proto', import.meta.url)), { enums: String });

interface HealthAnswer {
  readonly status: string;
}

interface HealthClient extends Client {
  check(request: object, done: (error: ServiceError | null, answer?: HealthAnswer) => void): void;
  watch(request: object): ClientReadableStream<HealthAnswer>;
}

async function serve(t: ExecutionContext, options: GrpcOptions = {}) {
  const served = await serveGrpc(t, options);
  const { grpc } = loadPackageDefinition(definition) as unknown as {
    readonly grpc: {
      readonly health: { readonly v1: { readonly Health: new (...args: unknown[]) => HealthClient } };
    };
  };
  const client = new grpc.health.v1.Health(`127.0.0.1:${served.port}`, credentials.createInsecure());
  t.teardown(() => client.close());
  const check = (service: string) =>
    new Promise<string | number>((resolve) => {
      client.check({ service }, (error, answer) => resolve(error?.code ?? answer?.status ?? ''));
    });
  return { ...served, health: client, check };
}

/** What a stream says, one after the other; then the code of its end. */
function said(stream: ClientReadableStream<HealthAnswer>) {
  const all: (string | number)[] = [];
  let wake = () => {};
  const hear = (what: string | number) => {
    all.push(what);
    wake();
  };
  stream.on('data', (answer: HealthAnswer) => hear(answer.status));
  stream.on('end', () => hear('end'));
  stream.on('error', (error: ServiceError) => hear(error.code));
  return async (count: number) => {
    while (all.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return all;
  };
}

test('Check: the server by an empty name, a model by its own, and no other', async (t) => {
  const { backend, check } = await serve(t);
  t.is(await check(''), 'SERVING');
  t.is(await check('inference.GRPCInferenceService'), 'SERVING');
  t.is(await check('adder'), 'SERVING');
  t.is(await check('none'), status.NOT_FOUND);
  t.is(await check('__proto__'), status.NOT_FOUND);
  backend.isReady = false;
  t.is(await check(''), 'NOT_SERVING');
  t.is(await check('adder'), 'NOT_SERVING');
});

test('Check needs no key and no name of this machine, and takes small messages alone', async (t) => {
  const access = await accessOf({ keys: [{ key: 'a-key-of-the-shop', tenant: 'shop' }] });
  const { check, ask } = await serve(t, { access });
  t.is(await check('adder'), 'SERVING');
  t.like(await t.throwsAsync(ask('ModelReady', { name: 'adder' })), { code: status.UNAUTHENTICATED });
  t.is(await check('x'.repeat(2000)), status.RESOURCE_EXHAUSTED);
});

test('Watch says how a service is, and again when that has changed', async (t) => {
  const timer = new FakeTimer();
  const { backend, health } = await serve(t, { timer });
  const [server, model, unknown] = ['', 'adder', 'later'].map((service) => said(health.watch({ service })));
  t.deepEqual(await server(1), ['SERVING']);
  t.deepEqual(await model(1), ['SERVING']);
  t.deepEqual(await unknown(1), ['SERVICE_UNKNOWN']);
  backend.versions.set('later', ['1']);
  await timer.pass(1000);
  t.deepEqual(await unknown(2), ['SERVICE_UNKNOWN', 'SERVING']);
  backend.isReady = false;
  await timer.pass(1000);
  t.deepEqual(await server(2), ['SERVING', 'NOT_SERVING']);
  t.deepEqual(await unknown(3), ['SERVICE_UNKNOWN', 'SERVING', 'NOT_SERVING']);
  backend.versions.delete('adder');
  await timer.pass(5000);
  t.deepEqual(await model(3), ['SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']);
  t.deepEqual(await server(2), ['SERVING', 'NOT_SERVING'], 'once a change');
});

test('Watch ends when the server goes away, and keeps it from going no longer', async (t) => {
  const { health, close } = await serve(t);
  const server = said(health.watch({ service: '' }));
  t.deepEqual(await server(1), ['SERVING']);
  await close();
  t.deepEqual(await server(3), ['SERVING', 'NOT_SERVING', 'end']);
});

test('a watcher that leaves is forgotten, and there are only so many', async (t) => {
  const { health } = await serve(t, { limits: { streams: 2000 } });
  const streams = Array.from({ length: 1024 }, () => health.watch({ service: '' }));
  const all = streams.map(said);
  for (const hear of all) t.deepEqual(await hear(1), ['SERVING']);
  const [refused] = await said(health.watch({ service: '' }))(1);
  t.is(refused, status.RESOURCE_EXHAUSTED);
  // Of more at a time Node takes the client for an attacker (CVE-2023-44487).
  for (const stream of streams.slice(0, 512)) stream.cancel();
  for (const hear of all.slice(0, 512)) await hear(2);
  // The server hears of it a little later.
  let first: string | number;
  do [first] = await said(health.watch({ service: 'adder' }))(1);
  while (first === status.RESOURCE_EXHAUSTED);
  t.is(first, 'SERVING');
});
