import { createRequire } from 'node:module';
import { tune } from 'spillway';
import { duckdbSource, type RedisSource, redisSource } from 'spillway/lookup';
import { flightFeatures } from './features.js';
import { type Connection, makeHistory } from './history.js';
import { flightModels } from './models.js';
import { sampleFlights } from './sample.js';
import { fillRedis, inDatabase, inRedis, type Writer } from './store.js';

/**
 * Which flights will be late? Most can be predicted from their own columns. For the others routes,
 * airports and the last hours are looked up: in the Redis of the first argument (`redis://…`, which
 * is filled first), else in DuckDB, where the tables are made.
 */

interface Duckdb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

interface Client extends Writer {
  disconnect(): void;
}

const require = createRequire(import.meta.url);
const server = process.argv.at(2);
const { DuckDBInstance }: Duckdb = require('@duckdb/node-api');
const database = await (await DuckDBInstance.create(':memory:')).connect();
await makeHistory(database);
const { source, store } = server === undefined ? await embedded() : await remote(server);
const { known, unseen } = await sampleFlights(300, 1_000);
console.log(
  `${known.rows.length} flights to learn from, ${unseen.rows.length} unseen; looked up in ${source.name}.`,
);

const cascade = await tune({
  features: flightFeatures(store),
  ...known,
  ...flightModels,
  bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
  objective: 'price',
  seed: 1,
});
console.log(cascade.summary());

for (const [name, answering] of [
  ['the full pipeline', cascade.full],
  ['the cascade', cascade],
] as const) {
  const before = source.counts;
  const began = performance.now();
  await answering.predict(unseen.rows);
  const seconds = (performance.now() - began) / 1_000;
  const { roundTrips, keys } = source.counts;
  console.log(
    `${name}: ${seconds.toFixed(1)} s, ${roundTrips - before.roundTrips} round trips, ${keys - before.keys} keys`,
  );
}
await source.close();
database.closeSync();

async function embedded() {
  const source = await duckdbSource(database, { timeoutMs: 60_000 });
  return { source, store: inDatabase(source) };
}

async function remote(url: string): Promise<{ source: RedisSource; store: ReturnType<typeof inRedis> }> {
  const { Redis }: { Redis: new (url: string) => Client } = require('ioredis');
  const client = new Redis(url);
  await fillRedis(database, client);
  client.disconnect();
  const source = await redisSource(url, { timeoutMs: 10_000 });
  return { source, store: inRedis(source) };
}
