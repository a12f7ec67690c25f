import { type Feature, type FeatureSet, gradientBoosting, redisSource, tune } from 'spillway';
import { flightFeatures } from '../examples/flights/features.js';
import { makeHistory } from '../examples/flights/history.js';
import { type Labelled, sampleFlights } from '../examples/flights/sample.js';
import { fillRedis, inRedis } from '../examples/flights/store.js';
import { isDuckdb } from './flights.js';
import { loadPeer } from './peers/install.js';
import { queryFigures } from './point-queries.js';
import { hasRedis, RedisServer } from './redis.js';

/** Flights one at a time, looked up in a real Redis: the whole pipeline, and the cascade with and without speculation. */
export async function flightFigures(seed: number, quick: boolean, say: (text: string) => void) {
  const duckdb = loadPeer('@duckdb/node-api');
  if (!hasRedis) return 'redis-server is not installed';
  if (!isDuckdb(duckdb)) return typeof duckdb === 'string' ? duckdb : 'no DuckDB';
  const server = await RedisServer.start();
  try {
    const database = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
    await makeHistory(database);
    const client = server.client();
    await fillRedis(database, client);
    client.disconnect();
    database.closeSync();
    const { known, unseen } = await sampleFlights(quick ? 60 : 200, quick ? 300 : 1_000);
    return await measure(server, known, unseen, { seed, quick, say });
  } finally {
    await server.end();
  }
}

async function measure(
  server: RedisServer,
  known: Labelled,
  unseen: Labelled,
  { seed, quick, say }: { seed: number; quick: boolean; say: (text: string) => void },
) {
  const source = await redisSource(server.url, { timeoutMs: 60_000 });
  try {
    say('flights: tuning for latency');
    const cascade = await tune({
      features: free(flightFeatures(inRedis(source))),
      ...known,
      full: gradientBoosting({ rounds: 80, maxDepth: 4 }),
      approximate: gradientBoosting({ rounds: 40, maxDepth: 4 }),
      groups: ({ day }) => day,
      split: { certify: 0.82, folds: 3 },
      bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
      objective: 'latency',
      seed,
    });
    say('flights: measuring');
    const rows = unseen.rows.slice(0, quick ? 200 : 2_000);
    await cascade.warm({ rows: known.rows.slice(0, 64) });
    const asked = [
      (row: (typeof rows)[number]) => cascade.full.predictOne(row),
      (row: (typeof rows)[number]) => cascade.predictOne(row),
      (row: (typeof rows)[number]) => cascade.predictOne(row, { speculate: false }),
    ];
    const [full, ahead, plain] = await queryFigures(asked, rows, quick ? 1 : 3);
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
