import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atLeast, atMost, type Check, leftOut } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { type LoadResult, latency } from './loadSpec.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import type { Child } from './programs/children.js';
import type { ServerCommands } from './programs/serverCommands.js';
import { hasPss } from './pss.js';
import { modelOf, textRequest, textsFor } from './requests.js';

/** Pieces of a soak, after each of which memory is read. */
const PIECES = 20;
const RATE = 100;

/** A model whose code ends its thread where a row says so. */
const KILLER = 'killer';
const END = 'end this thread';

/**
 * Memory under traffic of all sizes from two clients, while models are loaded anew and threads end under it. Slices
 * of others that a thread had are answered all the same.
 */
export async function soak(
  { programs, log, quick, full, folder }: Bench,
  { folders, texts }: Pipelines,
  { server, port }: { readonly server: Child<ServerCommands>; readonly port: number },
): Promise<PartOutcome> {
  const seconds = full ? 1_200 : quick ? 2 : 60;
  log(`soak: ${seconds} s`);
  await addKiller(join(folder, 'models', KILLER, '1'), folders[0]);
  await server.ask('load', KILLER);
  const clients = [programs.load(), programs.load()];
  const requests = folders.map((folder, i) => {
    // Some are large, and some are wrong.
    const rows = i % 20 === 0 ? 32 : 1 + (i % 4);
    const { path, body } = textRequest(modelOf(folder), textsFor(texts, i, rows));
    return { path, rows, body: i % 10 === 3 ? body.replace('"shape":[', '"shape":[1') : body };
  });
  const octets: number[] = [];
  const results: LoadResult[] = [];
  const ends: number[] = [];
  let reloaded = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const asking = clients.map((client, c) =>
      client.ask('run', {
        port,
        requests,
        pick: 0.5,
        arrivals: { kind: 'open', rate: RATE / clients.length, seconds: seconds / PIECES },
        seed: clients.length * piece + c + 1,
      }),
    );
    await server.ask('load', modelOf(folders[piece % folders.length]));
    reloaded++;
    const { path, body } = textRequest(KILLER, [END]);
    const ended = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
    await ended.arrayBuffer();
    ends.push(ended.status);
    // What ends threads again and again is taken out.
    await server.ask('load', KILLER);
    results.push(...(await Promise.all(asking)));
    if (hasPss) octets.push(await server.ask('pss', null));
  }
  await Promise.all(clients.map((client) => client.close()));
  const sum = (of: (result: LoadResult) => number) => results.reduce((total, each) => total + of(each), 0);
  // The first quarter is how heaps find their size.
  const quarter = PIECES / 4;
  const early = median(octets.slice(quarter, 2 * quarter));
  const late = median(octets.slice(-quarter));
  const json = {
    seconds,
    sent: sum(({ sent }) => sent),
    answered: sum(({ statuses }) => statuses[200] ?? 0),
    refused: sum(({ statuses }) => statuses[400] ?? 0),
    untyped: sum(({ untyped }) => untyped),
    reloaded,
    ended: ends.filter((status) => status === 500).length,
    p99: latency(
      { latencies: results.flatMap(({ latencies }) => latencies.filter((each) => each !== null)) },
      0.99,
    ),
    octets,
    growth: late / early - 1,
  };
  const lost = json.sent - json.answered - json.refused;
  const checks: Check[] = [
    hasPss
      ? atMost(`memory after ${seconds} s over that of the second quarter, less 1`, json.growth, 0.05)
      : leftOut('memory over time', '<= 0.05', 'this system has no /proc'),
    atLeast('soak: threads that ended under traffic', json.ended, PIECES),
    atMost('soak: requests lost, and failures that aren’t the protocol’s', lost + json.untyped, 0),
  ];
  return {
    json,
    checks,
    lines: [
      [`${json.sent} requests in ${seconds} s`, `${json.answered} answered`, `${json.refused} wrong ones`],
      ['models loaded anew, threads ended', String(reloaded), String(json.ended)],
      ['memory, second and last quarter', `${(early / 1e6).toFixed(1)} MB`, `${(late / 1e6).toFixed(1)} MB`],
      ['p99', ms(json.p99)],
    ],
  };
}

/** @param like the folder of a pipeline, whose file and features it has */
async function addKiller(at: string, like: string): Promise<void> {
  await mkdir(at, { recursive: true });
  await cp(join(like, 'model.cascade'), join(at, 'model.cascade'));
  const code = `export { default, inputs } from ${JSON.stringify(join(like, 'features.js'))};
export const row = ({ text }, i) => {
  if (text[i] === ${JSON.stringify(END)}) process.exit();
  return { text: text[i] };
};
`;
  await writeFile(join(at, 'features.js'), code);
}
