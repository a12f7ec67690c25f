import { checkKeys, checkWhole } from '../../lib/check.js';
import type { TextEncoding } from '../../lib/data/tables/index.js';
import { OptionError, TableError } from '../../lib/errors.js';
import { arrowMessages, arrowSchema } from './arrow.js';
import { type ByteRange, withFile } from './bytes.js';
import { edgesDigest } from './edges.js';
import { gatheredParts, ParquetFiles } from './parquet.js';
import { csvNames, type ReadOptions } from './read.js';
import { lineRanges, namesEnd, openText, recordRanges } from './text.js';
import { type BatchInput, type Unit, type UnitRange, unitKey } from './unit.js';

export interface UnitOptions {
  /** What outputs depend on beside their rows, as a text: the model, and options. It is a part of all keys. */
  readonly purpose: string;
  /** Rows of a unit, about: row groups and record batches aren't cut. @defaultValue 100000 */
  readonly rows?: number;
  /** What separates values of CSV files. @defaultValue ',' */
  readonly delimiter?: string | undefined;
  /** Of CSV and JSON lines. @defaultValue 'utf-8' */
  readonly encoding?: TextEncoding | undefined;
}

/**
 * The units of all inputs, in their order. CSV files are read once for that, of others only what says where rows are.
 *
 * @throws OptionError; TableError for a file that can't be read, and for one whose columns aren't those of the first
 * @example
 * const units = await unitsIn(await inputsOf(['mails/']), { purpose: identityText(model.identity) });
 */
export async function unitsIn(inputs: readonly BatchInput[], options: UnitOptions): Promise<Unit[]> {
  checkKeys(options, ['purpose', 'rows', 'delimiter', 'encoding']);
  const { purpose, rows = 100_000, delimiter, encoding } = options;
  checkWhole('rows', rows, 1);
  if (typeof purpose !== 'string') throw new OptionError('purpose', 'expected a text');
  const units: Unit[] = [];
  let first: { readonly path: string; readonly schema: Schema } | undefined;
  for (const input of inputs) {
    const { schema, ranges } = await planOf(input, rows, { delimiter, encoding });
    if (schema !== undefined) {
      first ??= { path: input.path, schema };
      checkSchema(input.path, schema, first.path, first.schema);
    }
    for (const range of ranges)
      units.push({ key: unitKey(purpose, input, range), input, index: units.length, ...range });
  }
  return units;
}

/** Whether an input has any row, by a look at its beginning. @throws TableError */
export async function hasRows(input: BatchInput, encoding?: TextEncoding): Promise<boolean> {
  const { path, size, format } = input;
  if (size === 0 && format !== 'arrow') return false;
  if (format === 'csv')
    return withFile(path, async (file) => (await namesEnd(await openText(file, input, encoding))) < size);
  return format === 'jsonl' || (await planOf(input, Number.MAX_SAFE_INTEGER, {})).ranges.length > 0;
}

type PlannedRange = UnitRange & Pick<Unit, 'edges'>;

/** Types by names of columns. */
type Schema = ReadonlyMap<string, string>;

async function planOf(
  input: BatchInput,
  rows: number,
  { delimiter, encoding }: ReadOptions,
): Promise<{ readonly schema?: Schema; readonly ranges: readonly PlannedRange[] }> {
  const { path, size, format } = input;
  if (format === 'parquet') {
    const { columns, groups } = await new ParquetFiles().open(input);
    const schema = new Map(columns.map(({ name, type, isNumber }) => [name, isNumber ? 'number' : type]));
    const ranges = gatheredParts(
      groups.map((group) => group.rows),
      rows,
    );
    return { schema, ranges: ranges.map((range) => ({ ...range, edges: '' })) };
  }
  if (size === 0 && format !== 'arrow') return { ranges: [] };
  return withFile(path, async (file) => {
    const planned = async (ranges: readonly UnitRange[], bounds: (range: UnitRange) => ByteRange) => {
      const all: PlannedRange[] = [];
      for (const range of ranges) all.push({ ...range, edges: await edgesDigest(file, path, bounds(range)) });
      return all;
    };
    const asBytes = ({ from, to }: UnitRange): ByteRange => [from, to];
    if (format === 'jsonl') {
      const text = await openText(file, input, encoding);
      return { ranges: await planned(await lineRanges(text, rows), asBytes) };
    }
    if (format === 'csv') {
      const text = await openText(file, input, encoding);
      const names = await csvNames(text, delimiter);
      const schema = new Map(names.map((name) => [name, 'text']));
      return { schema, ranges: await planned(await recordRanges(text, rows), asBytes) };
    }
    const found = await arrowMessages(file, path, size);
    const { types } = await arrowSchema(file, path, found);
    const batches = found.messages.filter(({ kind }) => kind === 'batch');
    const ranges = gatheredParts(
      batches.map((batch) => batch.rows),
      rows,
    );
    return {
      schema: types,
      ranges: await planned(ranges, ({ from, to }) => [batches[from].from, batches[to - 1].to]),
    };
  });
}

/** @throws TableError that names both files */
function checkSchema(file: string, schema: Schema, firstFile: string, first: Schema): void {
  for (const [name, type] of first) {
    const found = schema.get(name);
    if (found === undefined) throw new TableError(file, name, undefined, `isn't there; ${firstFile} has it`);
    if (found !== type)
      throw new TableError(file, name, undefined, `is ${found}, and ${type} in ${firstFile}`);
  }
  for (const name of schema.keys())
    if (!first.has(name)) throw new TableError(file, name, undefined, `${firstFile} has no such column`);
}
