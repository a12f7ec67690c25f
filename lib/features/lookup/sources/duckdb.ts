import { show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { closable } from '../../../util/closable.js';
import { type Load, optionalPackage } from '../../../util/packages.js';
import { policyOf, type SourceOptions } from '../options.js';
import type { ClosableSqlSource } from './postgres.js';
import { sqlSource } from './sql.js';

/** The part of a connection of `@duckdb/node-api` that is used. */
export interface DuckdbConnection {
  runAndReadAll(
    statement: string,
    values: unknown[],
  ): Promise<{ getRowsJS(): readonly (readonly unknown[])[] }>;
}

/**
 * Lookups in DuckDB, in the process: tables of a database file, or views of Parquet and CSV files. Needs
 * `@duckdb/node-api`.
 *
 * @param database a file's path, `:memory:`, or a connection
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without `@duckdb/node-api`; OptionError
 * @example
 * const database = await duckdbSource('flights.duckdb');
 * const route = lookup({ key: routeOf, fetch: database.rows({ table: 'routes', key: 'route', columns: ['flights', 'late'] }), width: 2 });
 */
export async function duckdbSource(
  database: string | DuckdbConnection,
  options: SourceOptions = {},
  load?: Load,
): Promise<ClosableSqlSource> {
  const policy = policyOf('duckdb', options);
  const duckdb = await optionalPackage('@duckdb/node-api', 'a lookup in DuckDB', load);
  if (!isDuckdb(duckdb))
    throw new OptionError('database', 'the @duckdb/node-api that is installed is none that is known');
  const own =
    typeof database === 'string' ? await (await duckdb.DuckDBInstance.create(database)).connect() : undefined;
  const connection = own ?? database;
  if (
    typeof connection !== 'object' ||
    connection === null ||
    typeof connection.runAndReadAll !== 'function'
  ) {
    throw new OptionError('database', `expected a file's path or a connection, got ${show(database)}`);
  }
  const source = sqlSource(
    async (statement, keys) => {
      const lists = keys.map((each) => duckdb.listValue(each));
      const rows = (await connection.runAndReadAll(statement, lists)).getRowsJS();
      return rows.map(([part, at, numbers]) => [part, at, numbers] as const);
    },
    policy,
    () => true,
  );
  return {
    name: source.name,
    get counts() {
      return source.counts;
    },
    rows: source.rows,
    ...closable(async () => own?.closeSync()),
  };
}

interface Duckdb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<DuckdbConnection & { closeSync(): void }> }>;
  };
  listValue(items: readonly string[]): unknown;
}

function isDuckdb(value: unknown): value is Duckdb {
  return typeof value === 'object' && value !== null && 'DuckDBInstance' in value && 'listValue' in value;
}
