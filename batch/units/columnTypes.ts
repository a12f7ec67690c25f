import type { ColumnType } from '../../lib/data/tables/index.js';
import type { HandedOnType } from '../formats/index.js';
import { withFile } from './bytes.js';
import { ParquetFiles } from './parquet.js';
import { csvNames, type ReadOptions } from './read.js';
import { openText } from './text.js';
import type { BatchInput } from './unit.js';

/**
 * The columns of an input and the types of their values, undefined for values of other types, such as lists and bytes.
 *
 * @returns undefined for JSON lines, which have no columns, and for Arrow, whose types are more than these
 * @throws TableError
 */
export async function columnTypes(
  input: BatchInput,
  { delimiter, types = {}, encoding }: ReadOptions = {},
  files: ParquetFiles = new ParquetFiles(),
): Promise<ReadonlyMap<string, HandedOnType | undefined> | undefined> {
  if (input.format === 'parquet') {
    const { columns } = await files.open(input);
    return new Map(
      columns.map(({ name, type, isNumber, digits = 3 }) => [
        name,
        isNumber ? 'number' : digits !== 3 ? FINE[digits] : typeNamed(type),
      ]),
    );
  }
  if (input.format !== 'csv') return undefined;
  const names = await withFile(input.path, async (file) =>
    csvNames(await openText(file, input, encoding), delimiter),
  );
  return new Map(names.map((name) => [name, Object.hasOwn(types, name) ? types[name] : 'text']));
}

const FINE = { 6: 'microseconds', 9: 'nanoseconds' } as const;

/** @param type of a Parquet column, without its number */
function typeNamed(type: string): ColumnType | undefined {
  if (type === 'BOOLEAN') return 'boolean';
  if (/DATE|TIMESTAMP|INT96/.test(type)) return 'date';
  return /STRING|UTF8|ENUM|UUID/.test(type) ? 'text' : undefined;
}
