import { mean, median } from 'simple-statistics';
import { type Profile, type Progress, tune } from 'spillway';
import { redisSource } from 'spillway/lookup';
import { flightFeatures } from '../../examples/flights/features.js';
import { flightModels } from '../../examples/flights/models.js';
import { type Labelled, sampleFlights } from '../../examples/flights/sample.js';
import { inRedis } from '../../examples/flights/store.js';
import { type Cost, scaledCost } from '../../lib/costs/index.js';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { DUCKDB, REDIS } from '../peers/known.js';
import type { RedisServer } from '../serving/redis.js';
import { flightsInRedis } from './redis.js';

/** Flights that will be late, from cheap columns and from tables that are looked up in a real Redis. */
export const flights: Workload = {
  peers: () => [REDIS, DUCKDB].map((peer) => ({ peer, checks: [FEWER] })),
  run,
};

const FEWER = 'round trips, as a multiple fewer';

/** Keys of a round trip: for example DynamoDB's limit. */
const BATCH = 100;
const ROUNDS = 5;
/**
 * The wanted epsilon, and one that this many days can certify: 1 % would take some hundreds more.
 */
const [WANTED, EPSILON] = [0.01, 0.05];
/** Epsilons that share delta, to show what else this many days can certify. */
const ALSO = [WANTED, 0.03, 0.04, 0.06];
/** Seeds of other costs: a search whose plan hangs on what exactly was measured is fragile. */
const OTHERS = [1, 2, 3, 4, 5];

async function run({ seeds: [seed = 1] = [], quick, log }: RunOptions) {
  log('history');
  const server = await flightsInRedis();
  if (typeof server === 'string') {
    const checks = [leftOut(FEWER, '>= 3', server)];
    return { json: { workload: 'flights', checks }, table: server };
  }
  try {
    log('flights');
    const { known, unseen } = await sampleFlights(quick ? 100 : 300, quick ? 300 : 1_000);
    return await measure(server, known, unseen, { seed, quick, log });
  } finally {
    await server.end();
  }
}

async function measure(
  server: RedisServer,
  known: Labelled,
  unseen: Labelled,
  { seed, quick, log }: { seed: number; quick: boolean; log: (text: string) => void },
) {
  const source = await redisSource(server.url, { maxBatch: BATCH, timeoutMs: 60_000 });
  const options = {
    features: flightFeatures(inRedis(source)),
    ...known,
    ...flightModels,
    objective: 'price',
    seed,
    onProgress: ({ step, share }: Progress) => share === 1 && log(step),
  } as const;
  const loss = 'disagreement';
  const cascade = await tune({ ...options, bound: { loss, epsilon: EPSILON, delta: 0.05 } });
  const { profile } = cascade;
  const several = await tune({
    ...options,
    profile,
    bound: { loss, epsilon: EPSILON, delta: 0.05, also: ALSO },
  });
  const conservative = several.retune({ epsilon: WANTED });
  const requested = async (answering: {
    predict(rows: typeof unseen.rows): Promise<{ labels: string[] }>;
  }) => {
    const before = source.counts;
    const { labels } = await answering.predict(unseen.rows);
    const { roundTrips, keys, shared } = source.counts;
    return {
      labels,
      roundTrips: roundTrips - before.roundTrips,
      keys: keys - before.keys,
      shared: shared - before.shared,
    };
  };
  const full = await requested(cascade.full);
  const own = await requested(cascade);
  const [fullTimes, ownTimes] = await interleave(
    [() => cascade.full.predict(unseen.rows), () => cascade.predict(unseen.rows)],
    ROUNDS,
  );
  const others: number[] = [];
  for (const other of quick ? OTHERS.slice(0, 1) : OTHERS) {
    const found = await tune({
      ...options,
      profile: otherCosts(profile, other),
      bound: { loss, epsilon: EPSILON, delta: 0.05 },
    });
    others.push(full.keys / (await requested(found)).keys);
    log(`other costs, seed ${other}: ${others[others.length - 1].toFixed(2)} times fewer keys`);
  }
  await source.close();
  const throughput = medianRatio(fullTimes, ownTimes);
  const disagreement = meanOverDays(unseen, full.labels, own.labels);
  const checks = [
    atLeast(
      `certified at ${100 * EPSILON} % of the answers: 1`,
      Number(cascade.certificate.verdict === 'certified'),
      1,
    ),
    atMost('answers that differ, mean over the unseen days', disagreement, EPSILON),
    atLeast('round trips: times fewer', full.roundTrips / own.roundTrips, 3),
    atLeast('keys: times fewer', full.keys / own.keys, 3),
    atLeast('keys by other costs: times fewer, median of the seeds', median(others), 3.3),
    atLeast('keys by other costs: times fewer, the worst seed', Math.min(...others), 2.8),
    atLeast('throughput, as a multiple of the full pipeline’s', throughput, 2.5),
  ];
  const json = {
    workload: 'flights',
    quick,
    machine: machine(),
    versions: versions(),
    rows: { known: known.rows.length, unseen: unseen.rows.length },
    ...{ full: counted(full, fullTimes), cascade: counted(own, ownTimes) },
    throughput,
    otherCosts: others,
    disagreement,
    certificate: cascade.certificate,
    wanted: {
      epsilon: WANTED,
      verdict: conservative.certificate.verdict,
      reason: conservative.certificate.reason,
    },
    frontier: several.frontier,
    stages: cascade.plan.stages,
    expected: cascade.plan.expected,
    profile,
    checks,
  };
  const table = [
    columns([
      ['', 'ms', 'round trips', 'keys'],
      ...[full, own].map(({ roundTrips, keys }, i) => [
        ['the full pipeline', 'the cascade'][i],
        [fullTimes, ownTimes][i].map((ms) => ms.toFixed(0)).join(' '),
        String(roundTrips),
        String(keys),
      ]),
    ]),
    `at ${100 * WANTED} %: ${conservative.certificate.verdict}${conservative.certificate.reason === null ? '' : `, ${conservative.certificate.reason}`}`,
    ...several.frontier.map(({ epsilon, speedup }) => `${100 * epsilon} %: expected ${speedup.toFixed(2)}x`),
    cascade.summary(),
  ].join('\n');
  return { json, table };
}

function counted({ roundTrips, keys }: { roundTrips: number; keys: number }, times: readonly number[]) {
  return { roundTrips, keys, milliseconds: times };
}

/** Days are the certificate's unit: each counts the same, however many flights it has. */
function meanOverDays({ rows }: Labelled, full: readonly string[], own: readonly string[]): number {
  const days = new Map<number, { rows: number; changed: number }>();
  rows.forEach(({ day }, i) => {
    const at = days.get(day) ?? { rows: 0, changed: 0 };
    at.rows++;
    if (own[i] !== full[i]) at.changed++;
    days.set(day, at);
  });
  return mean([...days.values()].map(({ rows: of, changed }) => changed / of));
}

/** The logarithm of a factor is uniform, up to this far from 0: factors lie between .67 and 1.5. */
const SPREAD = 0.4;

/**
 * A profile as another machine or another day could have measured it: the time and the price of each feature
 * are multiplied by factors of their own.
 */
function otherCosts<Name extends string>(profile: Profile<Name>, seed: number): Profile<Name> {
  const prices = random(1_000 + seed);
  const times = prices.fork('times');
  const factor = (draw: typeof prices) => Math.exp(SPREAD * (2 * draw.uniform() - 1));
  const other = (cost: Cost): Cost => ({
    ...scaledCost(cost, factor(times)),
    price: factor(prices) * cost.price,
  });
  const features: { [Key in Name]: Profile<Name>['features'][Key] } = { ...profile.features };
  for (const name in features) features[name] = { ...features[name], cost: other(features[name].cost) };
  return { ...profile, features };
}
