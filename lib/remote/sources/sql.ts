import { checkKeys, show } from '../../check.js';
import { LookupError, OptionError } from '../../errors.js';
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

/** One statement, and for each of its parameters the keys that it holds. Answers with rows of three columns. */
export type Query = (
  statement: string,
  keys: readonly (readonly string[])[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly (readonly [part: unknown, key: unknown, numbers: unknown])[]>;

interface Request {
  readonly part: Part;
  readonly key: string;
}

/** What is asked of one table. */
interface Part {
  select(at: number): string;
  /** Whether the database could take it for one of the column's: a single one that it can't would fail them all. */
  fits(key: string): boolean;
}

/**
 * Lookups in a database: all keys of a round trip, whatever their tables, go in one statement.
 *
 * @param isRefusal whether an error is the database's own answer, and the same the next time
 */
export function sqlSource(
  query: Query,
  policy: SourcePolicy,
  isRefusal: (error: unknown) => boolean,
): SqlSource {
  const send: Send<Request, unknown> = async (requests, context) => {
    try {
      return await ask(query, requests, context);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const what = `refused: ${error instanceof Error ? error.message : String(error)}`;
      throw new LookupError('', undefined, policy.name, 'refused', what, { cause: error });
    }
  };
  const source = new RemoteSource<Request, unknown>(send, policy, () =>
    query('SELECT 0 AS part, NULL AS key, NULL AS numbers', [], { signal: new AbortController().signal }),
  );
  return {
    name: source.name,
    get counts() {
      return source.counts;
    },
    rows(reading) {
      const part = partOf(reading);
      const { columns } = reading;
      return source.fetcher<Key>({
        request: (key) => ({ part, key: String(key) }),
        read: (numbers) => read(numbers, columns),
      });
    },
  };
}

async function ask(
  query: Query,
  all: readonly Request[],
  context: { readonly signal: AbortSignal },
): Promise<readonly unknown[]> {
  const requests = all.filter(({ part, key }) => part.fits(key));
  if (requests.length === 0) return all.map(misfit);
  const parts = [...new Set(requests.map(({ part }) => part))];
  const keys = parts.map((part) => requests.filter((request) => request.part === part).map(({ key }) => key));
  const statement = parts.map((part, p) => part.select(p)).join(' UNION ALL ');
  const found = parts.map(() => new Map<string, unknown>());
  for (const [part, key, numbers] of await query(statement, keys, context)) {
    found[Number(part)]?.set(String(key), numbers);
  }
  // In whatever order the rows came.
  return all.map((request) =>
    request.part.fits(request.key)
      ? (found[parts.indexOf(request.part)].get(request.key) ?? null)
      : misfit(request),
  );
}

function misfit({ key }: Request): Error {
  return new Error(`'${key.slice(0, 40)}' is no key of the column's type`);
}

const INTEGER = /^(small|big)?int(eger|2|4|8)?$/i;

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
  const numbers = `ARRAY[${columns.map(quoted).join(', ')}]::float8[]`;
  const from = table.split('.').map(quoted).join('.');
  const column = quoted(key);
  const isWhole = INTEGER.test(type);
  return {
    fits: (value) => !isWhole || /^-?\d{1,18}$/.test(value),
    select: (at) =>
      `SELECT ${at} AS part, ${column}::text AS key, ${numbers} AS numbers FROM ${from} WHERE ${column} = ANY($${at + 1}::${type}[])`,
  };
}

/** A name as SQL has it, whatever it holds. */
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
    throw new Error(`column '${columns[c]}' is ${show(number)}, and no number`);
  });
}
