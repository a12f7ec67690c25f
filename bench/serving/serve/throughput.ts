import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atLeast, atMost, leftOut } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import { type Bench, ms, type PartOutcome, roundsOf } from './part.js';
import type { Child } from './programs/children.js';
import type { ServerCommands } from './programs/serverCommands.js';
import { modelOf, textRequest, textsFor } from './requests.js';

const ROWS = 64;
/** Zipf's exponent over the models. */
const EXPONENT = 1;

const ONE_CORE = '0';
const OTHER_CORE = '1';
const TWO_CORES = '0-1';

/** Rows a second by one core and by two, and latencies of single rows that arrive by a Poisson process. */
export async function throughput(
  bench: Bench,
  pipelines: Pipelines,
  { server, port }: { readonly server: Child<ServerCommands>; readonly port: number },
): Promise<PartOutcome> {
  const { programs, folder, log, quick } = bench;
  const { folders, texts } = pipelines;
  const requests = folders.map((each, i) => textRequest(modelOf(each), textsFor(texts, i, ROWS)));
  const second = programs.server();
  log('throughput: a second server, with two workers');
  const started = await second.ask('start', { directory: join(folder, 'models'), workers: 2 });
  const load = programs.load();
  // One core has all threads of a server with one worker, and the generator the other.
  const isPinned = pin(second.pid, TWO_CORES) && pin(load.pid, OTHER_CORE);
  const rounds = roundsOf(bench);
  const seconds = quick ? 0.7 : 6;
  const spec: Omit<LoadSpec, 'port'> = {
    requests,
    pick: EXPONENT,
    arrivals: { kind: 'closed', at: 6, seconds },
    seed: 2,
  };
  const one: Round[] = [];
  const two: Round[] = [];
  log(`throughput: requests of ${ROWS} rows, ${rounds} rounds of ${seconds} s each`);
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => {
        pin(server.pid, ONE_CORE);
        pin(load.pid, OTHER_CORE);
        one.push(roundOf(await load.ask('run', { ...spec, port, seed: round + 2 }), 0));
      },
      async () => {
        pin(load.pid, TWO_CORES);
        two.push(roundOf(await load.ask('run', { ...spec, port: started.port, seed: round + 2 }), 1 / 2));
      },
    ];
    if (round % 2 === 1) turns.reverse();
    for (const turn of turns) await turn();
  }
  await second.close();
  for (const { pid } of [server, load]) pin(pid, TWO_CORES);
  const ratio = (rate: keyof Round) => median(one.map((each, round) => two[round][rate] / each[rate]));
  const singles = folders.map((each, i) => textRequest(modelOf(each), textsFor(texts, i, 1)));
  // Half of what single rows reach one after the other.
  const probe = await load.ask('run', {
    port,
    requests: singles,
    pick: EXPONENT,
    arrivals: { kind: 'closed', at: 4, seconds: quick ? 0.5 : 5 },
    seed: 4,
  });
  const rate = probe.sent / (2 * (probe.elapsedMs / 1_000));
  log(`throughput: ${rate.toFixed(0)} single rows a second, Poisson arrivals`);
  const open = await load.ask('run', {
    port,
    requests: singles,
    pick: EXPONENT,
    arrivals: { kind: 'open', rate, seconds: quick ? 1 : 20 },
    seed: 5,
  });
  await load.close();
  const lost = open.sent - (open.statuses[200] ?? 0);
  const perSecond = (rounds: readonly Round[], which: keyof Round) =>
    `${median(rounds.map((each) => each[which])).toFixed(0)} rows/s`;
  const json = {
    rowsPerSecond: { one, two },
    isPinned,
    ratio: ratio('raw'),
    ratioApart: ratio('apart'),
    open: {
      rate,
      sent: open.sent,
      lost,
      p50: latency(open, 0.5),
      p99: latency(open, 0.99),
      p999: latency(open, 0.999),
      sentLate: open.lateMs,
    },
  };
  return {
    json,
    checks: [
      isPinned ? atLeast(RATIO, json.ratioApart, 1.7) : leftOut(RATIO, '>= 1.7', 'the system has no taskset'),
      atMost('Poisson arrivals at half of the capacity: requests without an answer', lost, 0),
    ],
    lines: [
      ['', 'measured', 'the generator’s time apart'],
      ['one core', perSecond(one, 'raw'), perSecond(one, 'apart')],
      ['two cores', perSecond(two, 'raw'), perSecond(two, 'apart')],
      ['single rows, Poisson, Zipf', `${rate.toFixed(0)}/s`],
      ['p50, p99, p99.9', ms(json.open.p50), ms(json.open.p99), ms(json.open.p999)],
      ['sent later than intended, p99', ms(json.open.sentLate)],
    ],
  };
}

const RATIO = 'rows a second: two cores over one, the generator’s time apart';

/** Rows a second, as measured, and over the time that the generator left of the server's cores. */
interface Round {
  readonly raw: number;
  readonly apart: number;
}

/** @param share of the generator's time that the server's cores lost */
function roundOf({ rows, elapsedMs, cpuMs }: LoadResult, share: number): Round {
  return { raw: (1_000 * rows) / elapsedMs, apart: (1_000 * rows) / (elapsedMs - share * cpuMs) };
}

/**
 * Keeps a process, all its threads, on some of the machine's cores.
 *
 * @param cores as the system's `taskset` takes them: `0`, `0-1`
 * @returns whether it is kept there; false where there is no `taskset`
 */
function pin(pid: number, cores: string): boolean {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]).status === 0;
}
