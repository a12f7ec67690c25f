import { arrowMessages, arrowSchema } from './arrow.js';
import { withFile } from './bytes.js';
import { columnTypes } from './columnTypes.js';
import { edgesDigest } from './edges.js';
import { type ReadOptions, readUnit } from './read.js';
import type { BatchInput } from './unit.js';

/**
 * Names of an input's columns. JSON lines have those of their first record, and others may have more or less.
 *
 * @returns undefined for an input without records, and for JSON lines that can't be read: their unit tells why
 * @throws TableError for a file that can't be read
 */
export async function namesIn(
  input: BatchInput,
  options: ReadOptions = {},
): Promise<readonly string[] | undefined> {
  const { path, size, format } = input;
  if (format === 'jsonl') return firstNames(input, options).catch(() => undefined);
  if (size === 0) return undefined;
  const types = await columnTypes(input, options);
  if (types !== undefined) return [...types.keys()];
  return withFile(path, async (file) => [
    ...(await arrowSchema(file, path, await arrowMessages(file, path, size))).types.keys(),
  ]);
}

async function firstNames(input: BatchInput, options: ReadOptions): Promise<readonly string[] | undefined> {
  const { path, size } = input;
  const edges = await withFile(path, (file) => edgesDigest(file, path, [0, size]));
  const unit = { key: '', index: 0, rows: 1, input, from: 0, to: size, edges };
  for await (const { rows } of readUnit(unit, options)) if (rows.length > 0) return Object.keys(rows[0]);
  return undefined;
}
