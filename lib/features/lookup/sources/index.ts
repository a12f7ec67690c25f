/** Sources of lookups: Redis, PostgreSQL, DuckDB, HTTP. */

export { type DuckdbConnection, duckdbSource } from './duckdb.js';
export { type HttpSourceOptions, httpSource } from './http.js';
export { type ClosableSqlSource, type PostgresClient, postgresSource } from './postgres.js';
export { type RedisClient, type RedisPipeline, type RedisSource, redisSource } from './redis.js';
export type { SqlSource, TableReading } from './sql.js';
