import type { Fetcher, RedisSource, SqlSource } from 'spillway/lookup';
import { type Connection, TABLES, type Table } from './history.js';

/** Keys that go to Redis together. */
const BATCH = 5_000;

/** The part of an `ioredis` client that writes need. */
export interface Writer {
  pipeline(): {
    hset(key: string, values: Readonly<Record<string, string>>): unknown;
    exec(): Promise<unknown>;
  };
}

/** Puts the tables into Redis: a hash for each row, `routes:ORD-LGA`, with the numbers as its fields. */
export async function fillRedis(connection: Connection, redis: Writer): Promise<void> {
  for (const table of names()) {
    const fields = TABLES[table];
    const found = await connection.runAndReadAll(`SELECT key, ${fields.join(', ')} FROM ${table}`);
    const rows = found.getRowsJS();
    for (let from = 0; from < rows.length; from += BATCH) {
      const pipeline = redis.pipeline();
      for (const [key, ...numbers] of rows.slice(from, from + BATCH)) {
        const values = Object.fromEntries(fields.map((field, f) => [field, String(Number(numbers[f]))]));
        pipeline.hset(`${table}:${key}`, values);
      }
      await pipeline.exec();
    }
  }
}

/** The tables in Redis. */
export function inRedis(redis: RedisSource): (table: Table) => Fetcher<string> {
  return perTable((table) => redis.hashes({ prefix: `${table}:`, fields: TABLES[table] }));
}

/** The tables where they were made. */
export function inDatabase(database: SqlSource): (table: Table) => Fetcher<string> {
  return perTable((table) => database.rows({ table, key: 'key', columns: TABLES[table] }));
}

/** One fetcher a table, so that features that read the same one share requests in flight. */
function perTable(of: (table: Table) => Fetcher<string>): (table: Table) => Fetcher<string> {
  const made = new Map(names().map((table) => [table, of(table)]));
  return (table) => made.get(table) ?? of(table);
}

function names(): Table[] {
  return Object.keys(TABLES).filter((name): name is Table => Object.hasOwn(TABLES, name));
}
