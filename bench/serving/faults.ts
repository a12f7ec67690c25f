import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sum } from 'simple-statistics';
import {
  type Answer,
  Cascade,
  define,
  dense,
  logisticRegression,
  lookup,
  SpillwayError,
  tune,
} from 'spillway';
import { gaussianWorld } from 'spillway/datasets';
import { type RedisSource, redisSource } from 'spillway/lookup';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { usedMemory } from '../harness/memory.js';
import { REDIS } from '../peers/known.js';
import { FaultyProxy } from './faults-proxy.js';
import { hasRedis, RedisServer } from './redis.js';

/** Point queries of many callers while the Redis that they need is killed, slow, cut off and wrong. */
export const faults: Workload = { peers: () => [{ peer: REDIS, checks: [ANSWERED] }], run };

const ANSWERED = 'queries that were answered once, or rejected with a typed error';

const CALLERS = 64;
/** Milliseconds for a reply: far more than Redis takes, and less than it is slowed to. */
const TIMEOUT = 100;
const SLOW = 200;
const COLUMNS = 4;

async function run({ seeds: [seed = 1] = [], quick, log }: RunOptions) {
  const queries = quick ? 20_000 : 200_000;
  const goal = `of ${queries} queries`;
  if (!hasRedis) {
    const checks = [leftOut(ANSWERED, goal, 'no redis-server')];
    return { json: { workload: 'faults', checks }, table: 'redis-server is not installed' };
  }
  const server = await RedisServer.start();
  const proxy = await FaultyProxy.start(server.port);
  try {
    const world = await makeWorld(server, proxy, seed);
    const counts = await request(world, queries, (at) => harm(server, proxy, seed, log, at));
    const { recoveries, ...reported } = counts;
    const source = world.source.counts;
    await world.source.close();
    const checks = [
      atLeast('queries', counts.requested, queries),
      atMost(
        'queries without an outcome',
        counts.requested - counts.answered - counts.degraded - counts.rejected,
        0,
      ),
      atMost('queries with two', counts.twice, 0),
      atMost('wrong answers', counts.wrong, 0),
      atMost('errors that have no type', counts.untyped, 0),
      atLeast('queries degraded or rejected, or there was no harm', counts.degraded + counts.rejected, 100),
      atMost('memory at the end, as a multiple of that after a tenth', counts.memoryGrowth, 1.1),
      ...recoveries.map(({ after, ms }) =>
        atMost(`${after}: ms until lookups are answered again`, ms, 2_000),
      ),
    ];
    const json = {
      workload: 'faults',
      quick,
      machine: machine(),
      versions: versions(),
      ...reported,
      recoveries,
      source,
      checks,
    };
    const table = columns([
      ['', 'asked', 'answered', 'degraded', 'rejected'],
      ...counts.phases.map((phase) => [
        phase.name,
        ...[phase.requested, phase.answered, phase.degraded, phase.rejected].map(String),
      ]),
    ]);
    return { json, table };
  } finally {
    proxy.close();
    await server.end();
  }
}

interface Row {
  readonly id: number;
  readonly cheap: Float32Array;
}

interface World {
  readonly cascade: Cascade<Row, string>;
  readonly source: RedisSource;
  readonly rows: readonly Row[];
  /** Answers of the cascade without faults, and of its first stage. */
  readonly sound: readonly string[];
  readonly first: readonly string[];
}

/** A cascade whose first stage is in memory, and whose full model needs numbers in Redis. */
async function makeWorld(server: RedisServer, proxy: FaultyProxy, seed: number): Promise<World> {
  const { rows: all, labels } = gaussianWorld({ rows: 12_000, seed, cheapShift: 1.5, noise: COLUMNS - 2 });
  const client = server.client();
  const pipeline = client.pipeline();
  all.forEach(({ costly }, id) => {
    pipeline.set(`row:${id}`, Buffer.from(costly.buffer, costly.byteOffset, costly.byteLength));
  });
  await pipeline.exec();
  await client.save();
  client.disconnect();
  const rows = all.map(({ cheap }, id) => ({ id, cheap }));
  // Tuned at leisure, then served with other limits.
  const patient = await redisSource(server.url, { timeoutMs: 60_000 });
  const tuned = await tune({
    features: featuresOf(patient),
    rows,
    labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    objective: 'latency',
    seed,
  });
  const sound = (await tuned.predict(rows)).labels;
  const first = (await tuned.predict(rows, { onFault: 'degrade', deadlineMs: 0 })).labels;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-faults-'));
  const file = join(folder, 'faults.cascade');
  await tuned.save(file);
  await patient.close();
  const source = await redisSource(`redis://127.0.0.1:${proxy.port}`, { timeoutMs: TIMEOUT });
  const cascade = await Cascade.load<Row, string>(file, { features: featuresOf(source) });
  await rm(folder, { recursive: true });
  return { cascade, source, rows, sound, first };
}

function featuresOf(source: RedisSource) {
  return define({
    cheap: dense(2, (batch: readonly Row[]) => Float32Array.from(batch.flatMap(({ cheap }) => [...cheap]))),
    costly: lookup({ key: ({ id }: Row) => id, fetch: source.packed({ prefix: 'row:' }), width: COLUMNS }),
  });
}

interface Phase {
  name: string;
  requested: number;
  answered: number;
  degraded: number;
  rejected: number;
}

/**
 * The current fault and since when: callers read it, and report when lookups are answered again.
 */
interface Stand {
  enter(name: string): void;
  /** Resolves with milliseconds from now until a query that needed Redis has its own answer. */
  recovered(): Promise<number>;
}

/** One harm after the other. @returns how long each took to get over */
async function harm(
  server: RedisServer,
  proxy: FaultyProxy,
  seed: number,
  log: (text: string) => void,
  { enter, recovered }: Stand,
): Promise<{ after: string; ms: number }[]> {
  const recoveries: { after: string; ms: number }[] = [];
  const heal = async (after: string) => {
    recoveries.push({ after, ms: await recovered() });
    enter(`after: ${after}`);
    await setTimeout(500);
  };
  enter('sound');
  await setTimeout(1_000);
  log('killed');
  enter('killed');
  await server.kill();
  await setTimeout(1_500);
  await server.restart();
  await heal('killed');
  log('slow');
  enter(`slowed to ${SLOW} ms`);
  proxy.harm = { delayMs: SLOW, shortens: undefined };
  await setTimeout(1_500);
  proxy.heal();
  await heal(`slowed to ${SLOW} ms`);
  log('cut');
  enter('cut mid-reply');
  for (let i = 0; i < 10; i++) {
    proxy.cutNext();
    await setTimeout(100);
  }
  await heal('cut mid-reply');
  log('wrong lengths');
  enter('1 % of replies too short');
  const drawn = random(seed).fork('lengths');
  proxy.harm = { delayMs: 0, shortens: (bytes) => bytes === 4 * COLUMNS && drawn.integer(100) === 0 };
  await setTimeout(2_000);
  proxy.heal();
  await heal('1 % of replies too short');
  enter('sound again');
  return recoveries;
}

/** Callers that ask and wait, one query after the other, until there have been enough and the harm is over. */
async function request(
  { cascade, rows, sound, first }: World,
  queries: number,
  harming: (stand: Stand) => Promise<{ after: string; ms: number }[]>,
) {
  const phases: Phase[] = [];
  let phase: Phase = { name: '', requested: 0, answered: 0, degraded: 0, rejected: 0 };
  let heard: (() => void)[] = [];
  const stand: Stand = {
    enter(name) {
      phase = { name, requested: 0, answered: 0, degraded: 0, rejected: 0 };
      phases.push(phase);
    },
    recovered() {
      const began = performance.now();
      return new Promise((resolve) => heard.push(() => resolve(performance.now() - began)));
    },
  };
  let [requested, wrong, untyped, twice, begun, isOver] = [0, 0, 0, 0, 0, false];
  const outcomes = new Map<string, number>();
  const harmed = harming(stand).finally(() => {
    isOver = true;
  });
  const ends = cascade.plan.stages.length;
  const isRight = (row: number, { label, degraded, faults }: Answer<string>) =>
    degraded ? label === first[row] && faults.length > 0 : label === sound[row] && faults.length === 0;
  const caller = async (own: number) => {
    const options = {
      onFault: own % 2 === 0 ? 'degrade' : 'throw',
      ...(own % 4 < 2 ? {} : { deadlineMs: 80 }),
    } as const;
    while (requested < queries || !isOver) {
      const query = requested++;
      const during = phase;
      during.requested++;
      if (query === Math.floor(queries / 10)) begun = usedMemory();
      const row = (query * 7_919) % rows.length;
      let settled = 0;
      const pending = cascade.predictOne(rows[row], options);
      void pending.then(
        () => settled++,
        () => settled++,
      );
      try {
        const answer = await pending;
        if (!isRight(row, answer)) wrong++;
        during[answer.degraded ? 'degraded' : 'answered']++;
        if (answer.exit === ends && !answer.degraded) {
          for (const report of heard) report();
          heard = [];
        }
      } catch (error) {
        during.rejected++;
        if (!(error instanceof SpillwayError)) untyped++;
        const name = error instanceof Error ? error.name : typeof error;
        const reason = error instanceof Error && 'reason' in error ? ` ${error.reason}` : '';
        outcomes.set(name + reason, (outcomes.get(name + reason) ?? 0) + 1);
      }
      if (settled !== 1) twice++;
      // Timers and sockets have their turn also where nothing is waited for.
      if (query % CALLERS === own) await new Promise(setImmediate);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, own) => caller(own)));
  const recoveries = await harmed;
  const memoryGrowth = usedMemory() / begun;
  const total = (of: 'answered' | 'degraded' | 'rejected') => sum(phases.map((phase) => phase[of]));
  return {
    requested,
    answered: total('answered'),
    degraded: total('degraded'),
    rejected: total('rejected'),
    wrong,
    untyped,
    twice,
    errors: Object.fromEntries(outcomes),
    memoryGrowth,
    phases,
    recoveries,
  };
}
