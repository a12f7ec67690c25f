import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { Cascade, logisticRegression, tune } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import { handWrittenPoint, handWrittenWaiting } from '../harness/handwritten.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { partsOf } from '../harness/parts.js';
import { L2, type MailLabel, splitMail } from '../mail/data.js';
import { DUCKDB, REDIS } from '../peers/known.js';
import { cacheFigures } from './point-cache.js';
import { flightFigures } from './point-flights.js';
import type { Fresh, Requested } from './point-fresh.js';
import { queryFigures } from './point-queries.js';

type MailCascade = Cascade<Mail, MailLabel, (typeof features.names)[number]>;

/** Rounds of all unseen mails, and fresh processes with and without `warm`. */
const ROUNDS = { queries: 5, byHand: 15, processes: 15 };
/** Mails that `warm` is given: some that are among those tuned on. */
const WARMING = 32;
const CHILD = fileURLToPath(new URL('./point-fresh.ts', import.meta.url));

const FLIGHTS_P50 = 'flights: p50 of the full pipeline over the cascade’s';
const FLIGHTS_P99 = 'flights: p99 of the cascade over the full pipeline’s';

/** Rows one at a time, each pipeline's features included: mails, and flights that are looked up. */
export const point: Workload = {
  peers: () => [REDIS, DUCKDB].map((peer) => ({ peer, checks: [FLIGHTS_P50, FLIGHTS_P99] })),
  async run({ seeds = [1, 2, 3], quick, log }: RunOptions) {
    const split = await splitMail(quick);
    const perSeed: SeedFigures[] = [];
    for (const seed of quick ? seeds.slice(0, 1) : seeds) {
      const { known, unseen } = split(seed);
      log(`seed ${seed}: tuning for latency`);
      const cascade = await tune({
        features,
        rows: known.rows,
        labels: known.labels,
        full: logisticRegression({ l2: L2 }),
        bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
        repeats: 'copies',
        objective: 'latency',
        seed,
      });
      log(`seed ${seed}: measuring`);
      const rounds = quick ? { queries: 2, byHand: 3, processes: 2 } : ROUNDS;
      perSeed.push({
        seed,
        stages: cascade.plan.stages.length,
        verdict: cascade.certificate.verdict,
        queries: await mailFigures(cascade, unseen.rows, rounds.queries),
        byHand: await handFigures(cascade, unseen.rows, rounds.byHand),
        fresh: await freshFigures(cascade, seed, quick, rounds.processes),
      });
    }
    log('cache: keys of Zipf’s law');
    const cache = cacheFigures(quick);
    const flights = await flightFigures(seeds[0], quick, log);
    const over = (of: (each: (typeof perSeed)[number]) => number) => median(perSeed.map(of));
    const checks = [
      atLeast(
        'mail: p50 of the full pipeline over the cascade’s',
        over((s) => s.queries.p50Ratio),
        2.5,
      ),
      atMost(
        'mail: p99 of the cascade over the full pipeline’s',
        over((s) => s.queries.p99Ratio),
        1.05,
      ),
      atMost(
        'a synchronous query over one by hand',
        over((s) => s.byHand.syncRatio),
        2,
      ),
      atMost(
        'an asynchronous query over two by hand and their promises',
        over((s) => s.byHand.asyncShare),
        1,
      ),
      atMost(
        'first query of a fresh process over its hundredth, warm',
        over((s) => s.fresh.warm.ratio),
        2,
      ),
      ...flightChecks(flights),
      atLeast(
        'hit rate of the cache over lru-cache’s alone',
        Math.min(...cache.alone.map(({ ratio }) => ratio)),
        0.97,
      ),
    ];
    return {
      json: {
        workload: 'point',
        quick,
        machine: machine(),
        versions: versions(),
        perSeed,
        flights,
        cache,
        checks,
      },
      table: columns([
        ['seed', 'full p50', 'p99', 'cascade p50', 'p99', 'by hand', 'sync', 'async', 'first', 'hundredth'],
        ...perSeed.map(({ seed, queries, byHand, fresh }) => [
          String(seed),
          ...[queries.full.p50, queries.full.p99, queries.cascade.p50, queries.cascade.p99].map(micros),
          ...[byHand.us.hand, byHand.us.sync, byHand.us.async].map(micros),
          ...[fresh.warm.firstUs, fresh.warm.hundredthUs].map(micros),
        ]),
      ]),
    };
  },
};

function flightChecks(figures: Awaited<ReturnType<typeof flightFigures>>): Check[] {
  if (typeof figures === 'string')
    return [leftOut(FLIGHTS_P50, '>= 2.5', figures), leftOut(FLIGHTS_P99, '<= 1.05', figures)];
  return [atLeast(FLIGHTS_P50, figures.p50Ratio, 2.5), atMost(FLIGHTS_P99, figures.p99Ratio, 1.05)];
}

/** Each mail alone through both pipelines. */
async function mailFigures(cascade: MailCascade, rows: readonly Mail[], rounds: number) {
  const requested = [(row: Mail) => cascade.full.predictOne(row), (row: Mail) => cascade.predictOne(row)];
  const [full, quick] = await queryFigures(requested, rows, rounds);
  return { full, cascade: quick, p50Ratio: full.p50 / quick.p50, p99Ratio: quick.p99 / full.p99 };
}

/** The same queries by a function written for this one cascade; then where every feature answers with a promise. */
async function handFigures(cascade: MailCascade, rows: readonly Mail[], rounds: number) {
  const parts = partsOf(cascade);
  const waiting = {
    ...parts,
    fitted: parts.fitted.map(({ name, fitted }) => ({
      name,
      fitted: {
        ...fitted,
        compute: async (view: Parameters<typeof fitted.compute>[0]) => fitted.compute(view),
      },
    })),
  };
  const [hand, handWaiting] = [handWrittenPoint(parts), handWrittenWaiting(waiting)];
  const slow = new Cascade(waiting);
  for (const row of rows) {
    const { label } = cascade.predictOneSync(row);
    const byHand = [hand(row), await handWaiting(row)].map((c) => cascade.plan.classes[c]);
    if (byHand.some((each) => each !== label) || (await slow.predictOne(row)).label !== label)
      throw new Error('the function by hand answers differently');
  }
  const [handTimes, syncTimes, handWaits, asyncTimes] = await interleave(
    [
      () => {
        for (const row of rows) hand(row);
      },
      () => {
        for (const row of rows) cascade.predictOneSync(row);
      },
      async () => {
        for (const row of rows) await handWaiting(row);
      },
      async () => {
        for (const row of rows) await slow.predictOne(row);
      },
    ],
    rounds,
    true,
  );
  const us = (times: number[]) => (1000 * median(times)) / rows.length;
  return {
    us: { hand: us(handTimes), sync: us(syncTimes), handWaiting: us(handWaits), async: us(asyncTimes) },
    syncRatio: medianRatio(syncTimes, handTimes),
    /** As a share of twice the function by hand and once the cost of its promises. */
    asyncShare: medianRatio(
      asyncTimes,
      handTimes.map((time, r) => 2 * time + Math.max(0, handWaits[r] - time)),
    ),
  };
}

/**
 * Processes that load the cascade and answer a hundred mails that they haven't seen before. Each mail that is the first of one
 * process is the hundredth of the next, so that the same mails are compared.
 */
async function freshFigures(cascade: MailCascade, seed: number, quick: boolean, processes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-point-'));
  try {
    const path = join(folder, 'mail.cascade');
    await cascade.save(path);
    const run = async (warming: number) => {
      const ran: Fresh[] = [];
      for (let p = 0; p < processes; p++) {
        const requested: Requested = { path, seed, quick, first: p, hundredth: (p + 1) % processes, warming };
        ran.push(await freshTimes(JSON.stringify(requested)));
      }
      const first = ran.map(({ times }) => times[0]);
      const hundredth = ran.map((_, p) => ran[(p + processes - 1) % processes].times[99]);
      return {
        firstUs: median(first),
        hundredthUs: median(hundredth),
        ratio: medianRatio(first, hundredth),
        readyMs: median(ran.map(({ readyMs }) => readyMs)),
      };
    };
    return { warm: await run(WARMING), cold: await run(0) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface SeedFigures {
  readonly seed: number;
  readonly stages: number;
  readonly verdict: string;
  readonly queries: Awaited<ReturnType<typeof mailFigures>>;
  readonly byHand: Awaited<ReturnType<typeof handFigures>>;
  readonly fresh: Awaited<ReturnType<typeof freshFigures>>;
}

async function freshTimes(requested: string): Promise<Fresh> {
  const child = spawn(process.execPath, ['--import=tsx/esm', CHILD, requested], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stated = '';
  for await (const text of child.stdout.setEncoding('utf8')) stated += text;
  // The file beside this one wrote it.
  return JSON.parse(stated) as Fresh;
}

function micros(us: number): string {
  return `${us.toFixed(0)} us`;
}
