import { columnsThere } from '#hints';
import { show } from '../../check.js';
import { OptionError, TableError } from '../../errors.js';
import { member } from '../../util/member.js';
import { arrayColumn } from './arrays.js';
import { arrowColumn } from './arrow.js';
import { TABLE } from './chunk.js';
import { type ArrowType, arrowType, isRead, Kind } from './types.js';
import { UnreadColumn, unreadType } from './unread.js';

/** A table by column. Nothing of it is copied. */
export interface ColumnTable {
  /** The number of rows. */
  readonly length: number;
  /** In the order of the table. */
  readonly names: readonly string[];
  /** @throws TableError for a name that none has, with those that are near; and for a type that isn't read, by name */
  column(name: string): TableColumn;
  /** Those whose types are read, in the order of the table. */
  readable(): readonly TableColumn[];
}

/** One column of a table. */
export interface TableColumn {
  readonly name: string;
  /** What it holds, in the words of its format: `Int32`, `Utf8`, `Timestamp<MILLISECOND>`. */
  readonly type: string;
  /**
   * A number, a text, true, false or a `Date`. Missing numbers are NaN, missing values of other types null, as
   * `parquetRows` has them.
   *
   * @throws TableError, naming column and row, for a whole number beyond ±2^53 and for a time that no `Date` holds
   */
  value(row: number): unknown;
  /** The same without a refusal, to be compared: whole numbers beyond ±2^53 are bigints. */
  content(row: number): unknown;
  /** The same, to be handed on: of a decimal that is no double its text, and of a time all digits (`FineDate`). */
  exact(row: number): unknown;
  /**
   * Numbers of some rows, written every `stride` places from `offset` on; true is 1, and a `Date` its milliseconds.
   *
   * @throws TableError for a column of texts, and as {@link value}
   */
  numbers(positions: Positions, out: Float32Array | Float64Array, offset: number, stride: number): void;
}

/** Rows of a table, in any order. */
export interface Positions {
  readonly rows: Int32Array;
  /** Whether each of them follows the one before it: such rows lie in memory together. */
  readonly isRun: boolean;
}

/** The columns of a table, as apache-arrow and flechette have them. */
interface ArrowSchema {
  readonly fields: readonly { readonly name: string | number | symbol | null }[];
}

/** Names of columns. A file may leave out one that is empty. */
export function fieldNames({ fields }: ArrowSchema): string[] {
  return fields.map(({ name }) => String(name ?? ''));
}

/** A table of Arrow, or one of its record batches, as apache-arrow and flechette have them. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: ArrowSchema;
  getChild(name: string): unknown;
  getChildAt?(column: number): unknown;
}

/** What `tableRows` takes: a table of Arrow, or arrays by the names of their columns. */
export type TableLike = ArrowTable | Readonly<Record<string, ArrayLike<unknown>>>;

/** @throws OptionError for what is no table; TableError for columns of several lengths */
export function tableOf(table: TableLike): ColumnTable {
  if (isArrow(table)) {
    const names = fieldNames(table.schema);
    const places = new Map(names.map((name, c) => [name, c]));
    const twice = new Set(names.filter((name, c) => places.get(name) !== c));
    // By its name, a library looks for a column among all of them.
    const child = (name: string) => table.getChildAt?.(places.get(name) ?? -1) ?? table.getChild(name);
    const typeOf = (name: string) => {
      const field = table.schema.fields[places.get(name) ?? -1];
      return arrowType(member(field, 'type') ?? member(child(name), 'type'));
    };
    const columns = new Columns(
      names,
      table.numRows,
      (name) => {
        if (twice.has(name)) throw new TableError(TABLE, name, undefined, 'two columns have this name');
        return arrowColumn(name, child(name), table.numRows);
      },
      (name) => !twice.has(name) && isRead(typeOf(name)),
    );
    // A damaged file may claim any number of rows: memory says how many there are.
    const witness = columns.names.find((name) => !twice.has(name) && takesMemory(typeOf(name)));
    if (witness !== undefined) columns.column(witness);
    return columns;
  }
  const columns = arraysOf(table);
  const [first, ...others] = columns.keys();
  const length = columns.get(first)?.length ?? 0;
  for (const name of others) {
    const own = columns.get(name)?.length;
    if (own !== length)
      throw new TableError(TABLE, name, undefined, `has ${own} values, and column '${first}' ${length}`);
  }
  const make = (name: string) => {
    const values = columns.get(name) ?? [];
    if (values instanceof UnreadColumn) throw unreadType(name, values.type);
    return arrayColumn(name, values);
  };
  const isReadable = (name: string) => !(columns.get(name) instanceof UnreadColumn);
  return new Columns([...columns.keys()], length, make, isReadable);
}

/** Columns are made when they are first read: most tables have more than features need. */
class Columns implements ColumnTable {
  readonly names: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly made = new Map<string, TableColumn>();
  private all: readonly TableColumn[] | undefined;

  constructor(
    names: readonly string[],
    readonly length: number,
    private readonly make: (name: string) => TableColumn,
    private readonly isReadable: (name: string) => boolean,
  ) {
    this.known = new Set(names);
    this.names = [...this.known];
  }

  column(name: string): TableColumn {
    const made = this.made.get(name);
    if (made !== undefined) return made;
    if (!this.known.has(name))
      throw new TableError(TABLE, name, undefined, `isn't there${columnsThere(name, this.names)}`);
    const column = this.make(name);
    this.made.set(name, column);
    return column;
  }

  readable(): readonly TableColumn[] {
    this.all ??= this.names.filter(this.isReadable).map((name) => this.column(name));
    return this.all;
  }
}

function takesMemory(type: ArrowType): boolean {
  return isRead(type) && type.kind !== Kind.Null;
}

function isArrow(table: unknown): table is ArrowTable {
  return (
    typeof member(table, 'getChild') === 'function' &&
    typeof member(table, 'numRows') === 'number' &&
    Array.isArray(member(member(table, 'schema'), 'fields'))
  );
}

function arraysOf(table: unknown): ReadonlyMap<string, ArrayLike<unknown>> {
  const prototype: unknown = typeof table === 'object' && table !== null && Object.getPrototypeOf(table);
  if (prototype !== null && prototype !== Object.prototype) {
    const hint = Array.isArray(table) ? '; an array of rows is no table, and can be passed as it is' : '';
    throw new OptionError(
      'table',
      `expected a table of Arrow, or arrays by the names of their columns, got ${show(table)}${hint}`,
    );
  }
  const arrays = new Map<string, ArrayLike<unknown>>();
  for (const [name, values] of Object.entries(Object(table))) {
    if (!isArray(values))
      throw new OptionError('table', `column '${name}': expected an array, got ${show(values)}`);
    arrays.set(name, values);
  }
  return arrays;
}

function isArray(values: unknown): values is ArrayLike<unknown> {
  return (
    Array.isArray(values) ||
    values instanceof UnreadColumn ||
    (ArrayBuffer.isView(values) && !(values instanceof DataView))
  );
}
