import { type Connection, makeHistory } from '../../examples/flights/history.js';
import { fillRedis } from '../../examples/flights/store.js';
import { loadPeer } from '../peers/install.js';
import { hasRedis, RedisServer } from '../serving/redis.js';

/**
 * A server with the tables of flights, made by DuckDB; or the reason why there is none, in words.
 * The caller stops it.
 */
export async function flightsInRedis(): Promise<RedisServer | string> {
  if (!hasRedis) return 'redis-server is not installed';
  const duckdb = loadPeer('@duckdb/node-api');
  if (!isDuckdb(duckdb)) return typeof duckdb === 'string' ? duckdb : 'no DuckDB';
  const server = await RedisServer.start();
  try {
    const database = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
    await makeHistory(database);
    const client = server.client();
    await fillRedis(database, client);
    client.disconnect();
    database.closeSync();
    return server;
  } catch (error) {
    await server.end();
    throw error;
  }
}

interface Duckdb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

function isDuckdb(value: unknown): value is Duckdb {
  return typeof value === 'object' && value !== null && 'DuckDBInstance' in value;
}
