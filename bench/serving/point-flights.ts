import { type Feature, type FeatureSet, tune } from 'spillway';
import { redisSource } from 'spillway/lookup';
import { flightFeatures } from '../../examples/flights/features.js';
import { flightModels } from '../../examples/flights/models.js';
import { type Labelled, sampleFlights } from '../../examples/flights/sample.js';
import { inRedis } from '../../examples/flights/store.js';
import { flightsInRedis } from '../flights/redis.js';
import { queryFigures } from './point-queries.js';
import type { RedisServer } from './redis.js';

/** Flights one at a time, looked up in a real Redis: the whole pipeline, and the cascade with and without speculation. */
export async function flightFigures(seed: number, quick: boolean, log: (text: string) => void) {
  const server = await flightsInRedis();
  if (typeof server === 'string') return server;
  try {
    const { known, unseen } = await sampleFlights(quick ? 60 : 400, quick ? 300 : 1_000);
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
  const source = await redisSource(server.url, { timeoutMs: 60_000 });
  try {
    log('flights: tuning for latency');
    const cascade = await tune({
      features: free(flightFeatures(inRedis(source))),
      ...known,
      ...flightModels,
      bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
      objective: 'latency',
      seed,
    });
    log('flights: measuring');
    const rows = unseen.rows.slice(0, quick ? 200 : 2_000);
    await cascade.warm({ rows: known.rows.slice(0, 64) });
    const requested = [
      (row: (typeof rows)[number]) => cascade.full.predictOne(row),
      (row: (typeof rows)[number]) => cascade.predictOne(row),
      (row: (typeof rows)[number]) => cascade.predictOne(row, { speculate: false }),
    ];
    const [full, ahead, plain] = await queryFigures(requested, rows, quick ? 1 : 3);
    const { exits } = await cascade.predict(rows);
    const share = (s: number) => exits.filter((exit) => exit === s).length / exits.length;
    return {
      verdict: cascade.certificate.verdict,
      stages: cascade.plan.stages.map(({ features }) => features),
      exits: [...cascade.plan.stages, 0].map((_, s) => share(s)),
      full,
      cascade: ahead,
      withoutSpeculation: plain,
      p50Ratio: full.p50 / ahead.p50,
      p99Ratio: ahead.p99 / full.p99,
      p99RatioWithoutSpeculation: plain.p99 / full.p99,
    };
  } finally {
    await source.close();
  }
}

/** The same features at no price: what counts here is time. */
function free<Row, Name extends string>(features: FeatureSet<Row, Name>): FeatureSet<Row, Name> {
  return {
    names: features.names,
    get(name): Feature<Row> {
      const { price: _, ...feature } = features.get(name);
      return feature;
    },
  };
}
