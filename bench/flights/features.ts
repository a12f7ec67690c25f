import { createRequire } from 'node:module';
import { join } from 'node:path';
import { define, dense } from 'spillway';
import { loadPeer } from '../peers/install.js';
import { type AirportPrior, type FlightRow, LONG } from './data.js';

/** Days of a route's history, and minutes of the day before and after. */
const HISTORY = 14;
const ASIDE = 120;
/** Minutes of congestion that count, and those that count as just now. */
const LATELY = 240;
const NOW = 90;

/** Something that answers a statement with one list of flights' numbers. */
interface Database {
  /** Rows of a flight's number and then numbers. */
  request(statement: string, ids: readonly number[]): Promise<readonly (readonly unknown[])[]>;
  close(): void;
}

/** The flights in DuckDB, in memory; or the reason why not, in words. */
export async function openFlights(): Promise<Database | string> {
  const duckdb = loadPeer('@duckdb/node-api');
  if (!isDuckdb(duckdb)) return String(duckdb);
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  const file = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/flights-3m.parquet');
  // One thread, as everything else that is timed has.
  await connection.run('SET threads = 1');
  await connection.run(`
    CREATE TABLE flights AS
    SELECT file_row_number::INTEGER AS id,
      date_diff('day', TIMESTAMP '2001-01-01', date)::INTEGER AS day,
      date_diff('minute', TIMESTAMP '2001-01-01', date)::INTEGER AS minute,
      minute - 1440 * day AS clock, delay::INTEGER AS delay, minute + greatest(delay, 0) AS known, origin, destination
    FROM read_parquet('${file.replaceAll("'", "''")}', file_row_number = true)`);
  // `flights` is in order of time. `leaving` is sorted by airport, so that queries for one airport
  // needn't scan all.
  await connection.run('CREATE TABLE leaving AS SELECT * FROM flights ORDER BY origin, minute');
  return {
    async request(statement, ids) {
      return (await connection.runAndReadAll(statement, [duckdb.listValue(ids)])).getRowsJS();
    },
    close: () => connection.closeSync(),
  };
}

interface Duckdb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  listValue(items: readonly number[]): unknown;
}

interface Connection {
  run(statement: string): Promise<unknown>;
  runAndReadAll(
    statement: string,
    values: readonly unknown[],
  ): Promise<{ getRowsJS(): readonly (readonly unknown[])[] }>;
  closeSync(): void;
}

function isDuckdb(value: unknown): value is Duckdb {
  return typeof value === 'object' && value !== null && 'DuckDBInstance' in value && 'listValue' in value;
}

const REQUESTED = 'WITH asked AS (SELECT * FROM flights WHERE id IN (SELECT unnest($1::INTEGER[])))';
const LATE = `coalesce(avg((p.delay >= ${LONG})::INTEGER), 0)`;
const DELAY = 'coalesce(avg(p.delay), 0)';

/** Departures of the hours before at one end of each flight, whose delays were known when it was to leave. */
const congestion = (end: 'origin' | 'destination') => `${REQUESTED}
  SELECT a.id, count(p.id), ${DELAY}, ${LATE}, coalesce(avg(p.delay) FILTER (p.minute >= a.minute - ${NOW}), 0)
  FROM asked a LEFT JOIN ${end === 'origin' ? 'leaving' : 'flights'} p
    ON p.origin = a.${end} AND p.day = a.day AND p.minute >= a.minute - ${LATELY} AND p.known <= a.minute
  GROUP BY a.id`;

/**
 * Flights of the days before between the same airports at about the same time of day. Days are spelled out, and each condition compares one side with
 * the other, so that the join is by equal keys.
 */
const HISTORIES = `${REQUESTED}, past AS (
    SELECT id, origin, destination, clock, unnest(range(day - ${HISTORY}, day))::INTEGER AS day FROM asked
  )
  SELECT a.id, count(p.id), ${DELAY}, ${LATE}
  FROM past a LEFT JOIN leaving p
    ON p.origin = a.origin AND p.destination = a.destination AND p.day = a.day
      AND p.clock >= a.clock - ${ASIDE} AND p.clock <= a.clock + ${ASIDE}
  GROUP BY a.id`;

export type FlightFeature = 'calendar' | 'airports' | 'here' | 'there' | 'route';

/** Cheap: calendar and distance, airports as they were in the months that models learn from. Costly: what DuckDB has to look for. */
export function flightFeatures(priors: ReadonlyMap<string, AirportPrior>, database: Database) {
  const requested = (statement: string, columns: number) =>
    dense(columns, (rows: readonly FlightRow[]) => numbersOf(database, statement, rows, columns));
  return define({
    calendar: dense(3, (rows: readonly FlightRow[]) =>
      table(rows, 3, ({ flight: { minute, day, distance } }) => [minute, day % 7, distance]),
    ),
    airports: dense(5, (rows: readonly FlightRow[]) =>
      table(rows, 5, ({ flight: { origin, destination, minute } }) => {
        const from = priors.get(origin);
        const to = priors.get(destination);
        const hour = Math.floor(minute / 60);
        return [
          from?.leaving ?? 0,
          from?.byHour[hour] ?? 0,
          from?.size ?? 0,
          to?.arriving ?? 0,
          to?.leaving ?? 0,
        ];
      }),
    ),
    here: requested(congestion('origin'), 4),
    there: requested(congestion('destination'), 4),
    route: requested(HISTORIES, 3),
  });
}

function table(
  rows: readonly FlightRow[],
  columns: number,
  of: (row: FlightRow) => readonly number[],
): Float32Array {
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, r) => {
    values.set(of(row), r * columns);
  });
  return values;
}

async function numbersOf(
  database: Database,
  statement: string,
  rows: readonly FlightRow[],
  columns: number,
): Promise<Float32Array> {
  const found = new Map<unknown, readonly unknown[]>();
  for (const [id, ...numbers] of await database.request(
    statement,
    rows.map(({ id }) => id),
  ))
    found.set(id, numbers);
  return table(rows, columns, ({ id }) => {
    const numbers = found.get(id);
    if (numbers === undefined) throw new RangeError(`DuckDB has no flight ${id}`);
    return numbers.map(Number);
  });
}
