import { median } from 'simple-statistics';
import { atMost, type Check, leftOut } from '../../harness/checks.js';
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

/** Memory under traffic of all sizes, with models loaded anew meanwhile. */
export async function soak(
  { programs, log, quick, full }: Bench,
  { folders, texts }: Pipelines,
  { server, port }: { readonly server: Child<ServerCommands>; readonly port: number },
): Promise<PartOutcome> {
  const seconds = full ? 1_200 : quick ? 2 : 60;
  log(`soak: ${seconds} s`);
  const load = programs.load();
  const requests = folders.map((folder, i) => {
    // Some are large, and some are wrong.
    const rows = i % 20 === 0 ? 32 : 1 + (i % 4);
    const { path, body } = textRequest(modelOf(folder), textsFor(texts, i, rows));
    return { path, rows, body: i % 10 === 3 ? body.replace('"shape":[', '"shape":[1') : body };
  });
  const octets: number[] = [];
  const results: LoadResult[] = [];
  let reloaded = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const asking = load.ask('run', {
      port,
      requests,
      pick: 0.5,
      arrivals: { kind: 'open', rate: RATE, seconds: seconds / PIECES },
      seed: piece + 1,
    });
    await server.ask('load', modelOf(folders[piece % folders.length]));
    reloaded++;
    results.push(await asking);
    if (hasPss) octets.push(await server.ask('pss', null));
  }
  await load.close();
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
    atMost('soak: requests lost, and failures that aren’t the protocol’s', lost + json.untyped, 0),
  ];
  return {
    json,
    checks,
    lines: [
      [`${json.sent} requests in ${seconds} s`, `${json.answered} answered`, `${json.refused} wrong ones`],
      ['memory, second and last quarter', `${(early / 1e6).toFixed(1)} MB`, `${(late / 1e6).toFixed(1)} MB`],
      ['p99', ms(json.p99)],
    ],
  };
}
