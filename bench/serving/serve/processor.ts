import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atMost, type Check, leftOut } from '../../harness/checks.js';
import { closedLoad, type LoadRequest } from './loadSpec.js';
import { makeNumbers } from './numbers.js';
import { type Bench, type PartOutcome, roundsOf } from './part.js';

/** Requests at a time. */
const AT = 8;

/** Processor time of a request above the cascade's own, beside what Node's own parts take. */
export async function processor(bench: Bench): Promise<PartOutcome> {
  const { programs, folder, log, quick } = bench;
  const directory = join(folder, 'numbers');
  const row = await makeNumbers(directory, { inline: { inline: true }, worker: {} });
  const requestTo = (path: string): LoadRequest => ({
    path,
    rows: 1,
    body: JSON.stringify({
      inputs: [{ name: 'numbers', datatype: 'FP32', shape: [1, row.length], data: row }],
    }),
  });
  const rounds = roundsOf(bench);
  const count = quick ? 200 : 10_000;
  log(`processor: ${rounds} rounds of ${count} requests each, ${AT} at a time and one`);
  const server = programs.server();
  const grpc = await hasGrpc();
  const started = await server.ask('start', { directory, workers: 1, ...(grpc && { grpcPort: 0 }) });
  if (started.faults.length > 0) throw new Error(started.faults[0]);
  const bare = programs.bare();
  const echoPort = await bare.ask('echo', null);
  const load = programs.load();
  const grpcLoad = programs.grpcLoad();
  const overHttp = (port: number, path: string, at: number) => () =>
    load.ask('run', closedLoad(port, [requestTo(path)], { at, count }));
  const { grpc: address } = started;
  const overGrpc = (at: number) => () =>
    grpcLoad.ask('run', {
      address: address ?? '',
      model: 'inline',
      input: 'numbers',
      numbers: row,
      at,
      count,
    });
  const from = { server: () => server.ask('used', null), bare: () => bare.ask('used', null) };
  const measured: Measured[] = [AT, 1].flatMap((at) => [
    { what: 'echo', at, of: from.bare, run: overHttp(echoPort, '/', at), us: [] },
    {
      what: 'inline',
      at,
      of: from.server,
      run: overHttp(started.port, '/v2/models/inline/infer', at),
      us: [],
    },
    {
      what: 'worker',
      at,
      of: from.server,
      run: overHttp(started.port, '/v2/models/worker/infer', at),
      us: [],
    },
    ...(address === undefined ? [] : [{ what: 'grpc', at, of: from.server, run: overGrpc(at), us: [] }]),
  ]);
  for (const each of measured) await each.run();
  for (let round = 0; round < rounds; round++) {
    for (const { of, run, us } of measured) {
      const before = await of();
      await run();
      us.push(((await of()).cpuUs - before.cpuUs) / count);
    }
  }
  const threads = { rounds, count };
  const thread: Readonly<Record<number, number>> = {
    [AT]: median(await bare.ask('thread', { at: AT, ...threads })),
    1: median(await bare.ask('thread', { at: 1, ...threads })),
  };
  const alone = programs.alone();
  await alone.ask('start', { folders: [join(directory, 'inline', '1')], warm: true });
  const own = median(await alone.ask('own', { row: { numbers: row }, rounds, loops: count }));
  await Promise.all([server, bare, load, grpcLoad, alone].map((child) => child.close()));
  const us = (what: string, at: number) => {
    const found = measured.find((each) => each.what === what && each.at === at);
    return found === undefined ? Number.NaN : median(found.us);
  };
  const above = (what: string, at = AT) => us(what, at) - own;
  const checks: Check[] = [
    atMost('microseconds above the cascade’s own: JSON, inline', above('inline'), 60),
    atMost('microseconds above the cascade’s own: JSON, through a worker', above('worker'), 120),
    grpc
      ? atMost('microseconds above the cascade’s own: gRPC, inline', above('grpc'), 160)
      : leftOut(
          'microseconds above the cascade’s own: gRPC, inline',
          '<= 160',
          '@grpc/grpc-js isn’t installed',
        ),
  ];
  const table = (at: number) => ({
    echo: us('echo', at),
    inline: us('inline', at),
    worker: us('worker', at),
    grpc: us('grpc', at),
    thread: thread[at],
  });
  const cell = (what: string) => [us(what, AT), us(what, 1)].map((each) => `${each.toFixed(1)} us`);
  return {
    json: { own, [`at${AT}`]: table(AT), at1: table(1) },
    checks,
    lines: [
      ['processor time a request', `${AT} at a time`, 'one'],
      ['the cascade itself, in a loop', '', `${own.toFixed(1)} us`],
      ['node:http, an echo', ...cell('echo')],
      ['JSON, inline', ...cell('inline')],
      ['a message to a thread and back', `${thread[AT].toFixed(1)} us`, `${thread[1].toFixed(1)} us`],
      ['JSON, through a worker', ...cell('worker')],
      ['gRPC, inline', ...cell('grpc')],
    ],
  };
}

interface Measured {
  readonly what: string;
  readonly at: number;
  readonly of: () => Promise<{ readonly cpuUs: number }>;
  readonly run: () => Promise<unknown>;
  /** Microseconds a request, of each round. */
  readonly us: number[];
}

async function hasGrpc(): Promise<boolean> {
  try {
    await import('@grpc/grpc-js');
    return true;
  } catch {
    return false;
  }
}
