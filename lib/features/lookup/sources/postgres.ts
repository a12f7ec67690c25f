import { show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { type Closable, closable } from '../../../util/closable.js';
import { type Load, optionalPackage } from '../../../util/packages.js';
import { policyOf, type SourceOptions } from '../options.js';
import { type SqlSource, sqlSource } from './sql.js';

/** The part of a pool of `pg`, of its client, and of PGlite that is used. */
export interface PostgresClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/**
 * A source over a connection of its own: `close` ends connections that were made here, and leaves a
 * client that was given.
 */
export interface ClosableSqlSource extends SqlSource, Closable {}

/**
 * Lookups in PostgreSQL. Needs `pg`, where no client is given; `PGlite` of `@electric-sql/pglite`, PostgreSQL in the
 * process, is a client, too.
 *
 * @param server `postgres://…`, a pool or client of `pg`, or a PGlite
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without `pg`; OptionError
 * @example
 * const database = await postgresSource('postgres://localhost/flights', { timeoutMs: 100 });
 * const route = lookup({ key: routeOf, fetch: database.rows({ table: 'routes', key: 'route', columns: ['flights', 'late'] }), width: 2 });
 */
export async function postgresSource(
  server: string | PostgresClient,
  options: SourceOptions = {},
  load?: Load,
): Promise<ClosableSqlSource> {
  const policy = policyOf('postgres', options);
  const own = typeof server === 'string' ? await connect(server, policy.timeoutMs, load) : undefined;
  const client = own ?? server;
  if (typeof client !== 'object' || client === null || typeof client.query !== 'function') {
    throw new OptionError('server', `expected postgres://…, a pool of pg or a PGlite, got ${show(server)}`);
  }
  const source = sqlSource(
    async (statement, keys) => {
      const { rows } = await client.query(statement, [...keys]);
      return rows.map(rowOf);
    },
    policy,
    isRefusal,
  );
  return {
    name: source.name,
    get counts() {
      return source.counts;
    },
    rows: source.rows,
    ...closable(async () => own?.end()),
  };
}

/** Connections lost, servers that shut down or start, locks and full queues pass. */
const PASSING = /^(08|40|53|55|57)/;

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return false;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error && !PASSING.test(error.code);
}

function rowOf(row: unknown): readonly [unknown, unknown, unknown] {
  const fields: { part?: unknown; at?: unknown; numbers?: unknown } =
    typeof row === 'object' && row !== null ? row : {};
  return [fields.part, fields.at, fields.numbers];
}

interface Pool extends PostgresClient {
  end(): Promise<void>;
  on(event: 'error', heard: () => void): unknown;
}

interface PoolModule {
  readonly Pool: new (options: object) => Pool;
}

function hasPool(value: unknown): value is PoolModule {
  return typeof value === 'object' && value !== null && 'Pool' in value;
}

async function connect(url: string, timeoutMs: number, load: Load | undefined): Promise<Pool> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new OptionError('server', `expected postgres://…, a pool of pg or a PGlite, got ${show(url)}`);
  }
  const pg = await optionalPackage('pg', 'a lookup in PostgreSQL', load);
  if (!hasPool(pg)) throw new OptionError('server', 'the pg that is installed is none that is known');
  // A query must not hold a connection after its caller's deadline.
  const limits = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
  const pool = new pg.Pool({ connectionString: url, ...limits });
  // A lost idle connection is replaced; an error event without a listener would end the process.
  pool.on('error', () => {});
  return pool;
}
