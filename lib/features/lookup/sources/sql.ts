import { checkKeys, show } from '../../../check.js';
import { LookupError, OptionError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import type { SourcePolicy } from '../options.js';
import { type Fetcher, type Key, RemoteSource, type SourceCounts } from '../source.js';
import type { Send } from '../trips.js';

/** Rows of a table, or view, that are found by one column. */
export interface TableReading {
  /** Its name, with its schema's before a dot where it needs one. */
  readonly table: string;
  /** The column that holds the key: of several rows with one key any may be taken. */
  readonly key: string;
  /** The columns that are read, as numbers: the lookup's, in order. */
  readonly columns: readonly string[];
  /** The key column's type, as the database calls it. @defaultValue 'text' */
  readonly type?: string;
}

/** A database. */
export interface SqlSource {
  readonly name: string;
  readonly counts: SourceCounts;
  rows(reading: TableReading): Fetcher<Key>;
}

/**
 * One statement, and for each of its parameters the keys that it holds. Answers with rows of three columns: which
 * parameter, which of its keys, from 1 on, and the numbers.
 */
export type SqlQuery = (
  statement: string,
  keys: readonly (readonly string[])[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly (readonly [part: unknown, at: unknown, numbers: unknown])[]>;

interface Request {
  readonly part: Part;
  readonly key: string;
}

/** The part of a query for one table. */
interface Part {
  select(at: number): string;
  /** Whether the database could take it for one of the column's: a single one that it can't would fail them all. */
  fits(key: string): boolean;
}

/**
 * Lookups in a database: all keys of a round trip, of any tables, go in one statement.
 *
 * @param isRefusal whether an error is the database's own answer, and the same the next time
 */
export function sqlSource(
  query: SqlQuery,
  policy: SourcePolicy,
  isRefusal: (error: unknown) => boolean,
): SqlSource {
  const send: Send<Request, unknown> = async (requests, context) => {
    try {
      return await sendQuery(query, requests, context);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const what = `refused: ${errorText(error)}`;
      throw new LookupError('', undefined, policy.name, 'refused', what, { cause: error });
    }
  };
  const source = new RemoteSource<Request, unknown>(send, policy, () =>
    query('SELECT 0 AS part, NULL AS at, NULL AS numbers', [], { signal: new AbortController().signal }),
  );
  return {
    name: source.name,
    get counts() {
      return source.counts;
    },
    rows(reading) {
      const part = partOf(reading);
      const { columns } = reading;
      return source.fetcher<Key>(
        {
          request: (key) => ({ part, key: String(key) }),
          read: (numbers) => read(numbers, columns),
        },
        { table: reading.table, key: reading.key, columns, type: reading.type ?? 'text' },
      );
    },
  };
}

async function sendQuery(
  query: SqlQuery,
  all: readonly Request[],
  context: { readonly signal: AbortSignal },
): Promise<readonly unknown[]> {
  const parts = new Map<Part, number[]>();
  const answers: unknown[] = all.map((request, r) => {
    const { part, key } = request;
    if (!part.fits(key)) return misfit(request);
    const wanted = parts.get(part);
    if (wanted === undefined) parts.set(part, [r]);
    else wanted.push(r);
    return null;
  });
  if (parts.size === 0) return answers;
  const groups = [...parts.values()];
  const keys = groups.map((requests) => requests.map((r) => all[r].key));
  const statement = [...parts.keys()].map((part, p) => part.select(p)).join(' UNION ALL ');
  for (const [part, at, numbers] of await query(statement, keys, context)) {
    // Replies may come in any order, and the database may write keys differently.
    const request = groups[Number(part)]?.[Number(at) - 1];
    if (request !== undefined) answers[request] = numbers;
  }
  return answers;
}

function misfit({ key }: Request): Error {
  return new Error(`'${key.slice(0, 40)}' is no key of the column's type`);
}

/**
 * The pattern of keys of a type, and the largest that it holds: one invalid key would fail the
 * whole query.
 */
const WRITTEN: readonly (readonly [type: RegExp, key: RegExp, bits?: number])[] = [
  [/^(smallint|int2)$/i, /^-?\d{1,19}$/, 16],
  [/^int(eger|4)?$/i, /^-?\d{1,19}$/, 32],
  [/^(bigint|int8)$/i, /^-?\d{1,19}$/, 64],
  [
    /^(numeric|decimal|real|double( precision)?|float[48]?)$/i,
    /^-?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?$/i,
  ],
  [/^uuid$/i, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i],
  // PostgreSQL has no text with it.
  [/./, /^[^\0]*$/],
];

/** Whether a column of the type could hold the key, as far as its pattern and bits show. */
function fitting(type: string): (key: string) => boolean {
  const [, written, bits] = WRITTEN.find(([types]) => types.test(type)) ?? WRITTEN[WRITTEN.length - 1];
  return (key) =>
    written.test(key) && (bits === undefined || BigInt.asIntN(bits, BigInt(key)) === BigInt(key));
}

function partOf(reading: TableReading): Part {
  checkKeys(reading, ['table', 'key', 'columns', 'type'], 'rows.');
  const { table, key, columns, type = 'text' } = reading;
  for (const [option, name] of [
    ['table', table],
    ['key', key],
  ] as const) {
    if (typeof name !== 'string' || name === '')
      throw new OptionError(option, `expected a name, got ${show(name)}`);
  }
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every((name) => typeof name === 'string')) {
    throw new OptionError('columns', `expected names of columns, got ${show(columns)}`);
  }
  if (typeof type !== 'string' || !/^[a-z][a-z0-9_ ]*$/i.test(type)) {
    throw new OptionError('type', `expected a type such as 'text' or 'bigint', got ${show(type)}`);
  }
  const numbers = `ARRAY[${columns.map((name) => `found.${quoted(name)}`).join(', ')}]::float8[]`;
  const from = `${table.split('.').map(quoted).join('.')} AS found`;
  const column = `found.${quoted(key)}`;
  return {
    fits: fitting(type),
    select: (at) => {
      const keys = `$${at + 1}::text[]`;
      const wanted = `(SELECT generate_subscripts(${keys}, 1) AS at, unnest(${keys}) AS key) AS wanted`;
      return (
        `SELECT ${at} AS part, wanted.at AS at, ${numbers} AS numbers FROM ${wanted} JOIN ${from} ON ` +
        `${column} = CAST(wanted.key AS ${type})`
      );
    },
  };
}

/** A quoted SQL name, safe for any content. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function read(numbers: unknown, columns: readonly string[]): number[] | null {
  if (numbers === null) return null;
  if (!Array.isArray(numbers) || numbers.length !== columns.length) {
    throw new Error(`expected ${columns.length} numbers, got ${show(numbers)}`);
  }
  return numbers.map((number: unknown, c) => {
    if (typeof number === 'number') return number;
    if (number === null) return Number.NaN;
    throw new Error(`column '${columns[c]}' is ${show(number)}, and no number`);
  });
}
