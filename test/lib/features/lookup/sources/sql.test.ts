import test from 'ava';
import { LookupError, MissingPackage, OptionError } from '../../../../../lib/errors.js';
import { duckdbSource } from '../../../../../lib/features/lookup/sources/duckdb.js';
import { type PostgresClient, postgresSource } from '../../../../../lib/features/lookup/sources/postgres.js';
import type { SqlSource } from '../../../../../lib/features/lookup/sources/sql.js';
import { loadPackage } from '../../../../../lib/util/packages.js';
import { isHere } from '../../../../support/packages.js';
import { messageOf, request } from '../ask.js';

const TABLES = `
  CREATE TABLE airports (code text PRIMARY KEY, "late share" double precision, flights integer);
  INSERT INTO airports VALUES ('OSL', 0.25, 100), ('O''H', 0.5, 7), ('HOL', NULL, 3);
  CREATE TABLE planes (id bigint, age real);
  INSERT INTO planes VALUES (7, 1.5), (9007199254740993, 2);
  CREATE TABLE fares (class numeric(10, 2), price real);
  INSERT INTO fares VALUES (1.5, 10);
  CREATE TABLE crews (id uuid, size integer);
  INSERT INTO crews VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 6);
`;

interface Database {
  /** A source of its own for each test. */
  source(): Promise<SqlSource & { close(): Promise<void> }>;
  end(): Promise<void> | void;
}

const SETTINGS = { timeoutMs: 20_000 };

async function pglite(): Promise<Database> {
  const loaded = await loadPackage('@electric-sql/pglite');
  const { PGlite } = loaded as {
    PGlite: new () => PostgresClient & { exec(sql: string): Promise<void>; close(): Promise<void> };
  };
  const database = new PGlite();
  await database.exec(TABLES);
  return { source: () => postgresSource(database, SETTINGS), end: () => database.close() };
}

async function duckdb(): Promise<Database> {
  const loaded = await loadPackage('@duckdb/node-api');
  const { DuckDBInstance } = loaded as {
    DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  };
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(TABLES);
  return {
    source: () => duckdbSource(connection, SETTINGS),
    end: () => connection.closeSync(),
  };
}

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string, values: unknown[]): Promise<{ getRowsJS(): readonly (readonly unknown[])[] }>;
  closeSync(): void;
}

const DATABASES: readonly (readonly [string, () => Promise<Database>])[] = [
  ['@electric-sql/pglite', pglite],
  ['@duckdb/node-api', duckdb],
];
for (const [name, open] of DATABASES) {
  const live = isHere(name) ? test : test.skip;
  let opened: Promise<Database> | undefined;
  const sourceOf = async () => {
    opened ??= open();
    return (await opened).source();
  };
  test.after.always(async () => (await opened)?.end());
  const left = isHere(name) ? '' : ' (left out: not installed)';

  live(`${name}: rows of several tables are found in one round trip${left}`, async (t) => {
    const source = await sourceOf();
    const airports = source.rows({ table: 'airports', key: 'code', columns: ['late share', 'flights'] });
    const planes = source.rows({ table: 'planes', key: 'id', columns: ['age'], type: 'bigint' });
    const [a, p] = await Promise.all([
      request(airports, ['HOL', 'none', 'OSL', "O'H", "'; DROP TABLE airports; --"]),
      request(planes, [9007199254740993n, 7, '7', 'seven', 8]),
    ]);
    t.is(source.counts.roundTrips, 1);
    t.deepEqual(a, [[Number.NaN, 3], null, [0.25, 100], [0.5, 7], null]);
    t.deepEqual(p.slice(0, 3), [[2], [1.5], [1.5]]);
    t.regex(messageOf(p[3]), /^refused: .*'seven' is no key/);
    t.is(p[4], null);
    t.deepEqual(await request(planes, ['x']).then(([only]) => messageOf(only).slice(0, 7)), 'refused');
    await source.close();
  });

  live(`${name}: a key is found however the database writes it${left}`, async (t) => {
    const source = await sourceOf();
    const rows = (table: string, key: string, column: string, type: string) =>
      source.rows({ table, key, columns: [column], type });
    const id = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
    const answers = await Promise.all([
      request(rows('fares', 'class', 'price', 'numeric'), [1.5, '1.50', 15, '2']),
      request(rows('crews', 'id', 'size', 'uuid'), [id, id.toLowerCase()]),
      request(rows('planes', 'id', 'age', 'bigint'), ['007', 7, '-0']),
    ]);
    t.deepEqual(answers, [
      [[10], [10], null, null],
      [[6], [6]],
      [[1.5], [1.5], null],
    ]);
  });

  live(`${name}: a key that its column can't hold fails alone${left}`, async (t) => {
    const source = await sourceOf();
    for (const [table, key, column, type, good, ...bad] of [
      ['airports', 'code', 'flights', 'text', 'OSL', 'a\0b'],
      ['planes', 'id', 'age', 'integer', '7', '3000000000', '-2147483649', '7.5', ''],
      ['planes', 'id', 'age', 'bigint', '7', '9223372036854775808', '1e3'],
      ['fares', 'class', 'price', 'numeric', '1.5', 'first', '1,5', '.'],
      ['crews', 'id', 'size', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'nobody'],
    ]) {
      const [first, ...others] = await request(source.rows({ table, key, columns: [column], type }), [
        good,
        ...bad,
      ]);
      t.true(Array.isArray(first), type);
      for (const other of others) t.regex(messageOf(other), /^refused: .* is no key of the column's type/);
    }
  });

  live(`${name}: what the database refuses is not tried again${left}`, async (t) => {
    const source = await sourceOf();
    const [none] = await request(source.rows({ table: 'public.none', key: 'k', columns: ['x'] }), ['a']);
    t.regex(messageOf(none), /^refused: .*none/);
    t.is(source.counts.roundTrips, 1);
  });

  live(`${name}: questions asked at once each get their own answers${left}`, async (t) => {
    const source = await sourceOf();
    const airports = source.rows({ table: 'airports', key: 'code', columns: ['flights'] });
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        await new Promise((resolve) => setTimeout(resolve, i % 7));
        return request(airports, i % 2 === 0 ? ['OSL', 'HOL'] : ['HOL']);
      }),
    );
    answers.forEach((answer, i) => {
      t.deepEqual(answer, i % 2 === 0 ? [[100], [3]] : [[3]]);
    });
  });
}

test('rows in any order, or of keys that nobody asked for, are put where they belong', async (t) => {
  const rows = [
    { part: 0, at: 4, numbers: [9] },
    { part: 0, at: null, numbers: [9] },
    { part: 1, at: 1, numbers: [3] },
    { part: 0, at: 2, numbers: [2] },
    { part: 0, at: 1, numbers: [1] },
    { part: 2, at: 1, numbers: [9] },
  ];
  const source = await postgresSource({ query: async () => ({ rows }) });
  const of = (table: string) => source.rows({ table, key: 'k', columns: ['x'] });
  const answers = await Promise.all([request(of('one'), ['a', 'b', 'c']), request(of('two'), ['b'])]);
  t.deepEqual(answers, [[[1], [2], null], [[3]]]);
});

test('a connection that is lost may be tried again, a mistake not', async (t) => {
  const refusal = Object.assign(new Error('no such table'), { code: '42P01', severity: 'ERROR' });
  for (const [error, reason, roundTrips] of [
    [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'unreachable', 2],
    [Object.assign(new Error('shutting down'), { code: '57P01', severity: 'FATAL' }), 'unreachable', 2],
    [refusal, 'refused', 1],
  ] as const) {
    const source = await postgresSource({ query: () => Promise.reject(error) }, { retries: 1 });
    const [outcome] = await request(source.rows({ table: 't', key: 'k', columns: ['x'] }), ['a']);
    t.is(outcome instanceof LookupError && outcome.reason, reason);
    t.is(source.counts.roundTrips, roundTrips);
  }
});

test('without their packages sources name them; options are checked', async (t) => {
  const load = async () => {
    throw Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
  };
  const missing = { instanceOf: MissingPackage };
  await t.throwsAsync(postgresSource('postgres://127.0.0.1/x', {}, load), {
    ...missing,
    message: /npm install pg/,
  });
  await t.throwsAsync(duckdbSource(':memory:', {}, load), {
    ...missing,
    message: /npm install @duckdb\/node-api/,
  });
  const source = await postgresSource({ query: async () => ({ rows: [] }) });
  const reading = { table: 't', key: 'k', columns: ['x'] };
  for (const [made, option] of [
    [() => postgresSource('mysql://127.0.0.1'), 'server'],
    [() => postgresSource(JSON.parse('{}')), 'server'],
    [() => source.rows({ ...reading, table: '' }), 'table'],
    [() => source.rows({ ...reading, columns: [] }), 'columns'],
    [() => source.rows({ ...reading, type: 'text[]; DROP' }), 'type'],
    [() => source.rows({ ...reading, ...{ where: 'x' } }), 'rows.where'],
  ] as const) {
    const error = await t.throwsAsync(async () => made(), { instanceOf: OptionError });
    t.is(error?.option, option);
  }
});
