import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Days from the 1st of January on whose flights make up the history: rows to predict come after
 * them.
 */
export const HISTORY_DAYS = 14;

/** Tables that are looked up, and the numbers that each has under its keys. */
export const TABLES = {
  /** By 'ORD-LGA': flights a day, share of late ones, mean delay and its spread. */
  routes: ['flights', 'late', 'delay', 'spread'],
  /**
   * By 'ORD': the same of all departures there, and the share of late ones among flights bound for
   * it.
   */
  airports: ['flights', 'late', 'delay', 'spread', 'bound_late'],
  /** By 'ORD:17', an airport's hour of the day: the same. */
  slots: ['flights', 'late', 'delay'],
  /** By 'ORD:45:17': what left there in the last three hours before it, and in the last one. */
  recent: ['flights', 'late', 'delay', 'last_late', 'last_delay'],
} as const;

export type Table = keyof typeof TABLES;

/** The part of a connection of `@duckdb/node-api` that is used. */
export interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string, values?: unknown[]): Promise<{ getRowsJS(): readonly (readonly unknown[])[] }>;
  closeSync(): void;
}

/** Late is more than a quarter of an hour. Shares of few flights are drawn to a fifth, the share of all. */
const LATE = 'avg((delay > 15)::int)';
const SHARE = '(sum((delay > 15)::int) + 4) / (count(*) + 20)';

/** Makes the tables, by name, from the file that `vega-datasets` ships. */
export async function makeHistory(connection: Connection): Promise<void> {
  const file = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/flights-3m.parquet');
  await connection.run(`
    CREATE TABLE flights AS
      SELECT date::date - DATE '2001-01-01' AS day, extract(hour FROM date) AS hour, origin, destination, delay
      FROM '${file.replaceAll("'", "''")}' WHERE date < TIMESTAMP '2001-07-01';
    CREATE VIEW past AS FROM flights WHERE day < ${HISTORY_DAYS};
    CREATE TABLE routes AS
      SELECT origin || '-' || destination AS key, count(*) / ${HISTORY_DAYS} AS flights, ${SHARE} AS late,
        avg(delay) AS delay, stddev_pop(delay) AS spread
      FROM past GROUP BY origin, destination;
    CREATE TABLE airports AS
      SELECT origin AS key, count(*) / ${HISTORY_DAYS} AS flights, ${SHARE} AS late, avg(delay) AS delay,
        stddev_pop(delay) AS spread, coalesce(bound_late, 0.2) AS bound_late
      FROM past LEFT JOIN (SELECT destination AS bound, ${SHARE} AS bound_late FROM past GROUP BY destination)
        ON bound = origin
      GROUP BY origin, bound_late;
    CREATE TABLE slots AS
      SELECT origin || ':' || hour AS key, count(*) / ${HISTORY_DAYS} AS flights, ${SHARE} AS late, avg(delay) AS delay
      FROM past GROUP BY origin, hour;
    CREATE TABLE hourly AS
      SELECT origin, day, hour, count(*) AS flights, ${LATE} AS late, avg(delay) AS delay FROM flights GROUP BY ALL;
    CREATE TABLE recent AS
      SELECT origin || ':' || day || ':' || asked AS key, sum(flights) AS flights,
        sum(flights * late) / sum(flights) AS late, sum(flights * delay) / sum(flights) AS delay,
        coalesce(max(late) FILTER (asked = hour + 1), 0) AS last_late,
        coalesce(max(delay) FILTER (asked = hour + 1), 0) AS last_delay
      FROM (SELECT *, unnest([hour + 1, hour + 2, hour + 3]) AS asked FROM hourly) GROUP BY origin, day, asked;
  `);
}
