import { lackingColumn, type NeededColumn } from '../model/index.js';
import { type BatchInput, namesIn } from '../units/index.js';
import type { OutputOptions } from './plan.js';

/** What is known of an input's columns before its rows are read. */
export interface KnownTable {
  readonly path: string;
  /** Undefined where each record has its own, as JSON lines have. */
  readonly names: readonly string[] | undefined;
}

/**
 * Looks at the first input with rows: the others have the same columns, or can't be units beside it.
 *
 * @throws InputError for a table without the key, or without a column that is needed
 */
export async function checkTable(
  inputs: readonly BatchInput[],
  { key, ...reading }: Pick<OutputOptions, 'key' | 'delimiter' | 'encoding'>,
  needed: readonly NeededColumn[],
): Promise<KnownTable> {
  const first = inputs.find(({ size }) => size > 0) ?? inputs[0];
  const { path, format } = first;
  const found = await namesIn(first, reading);
  const names = format === 'jsonl' ? undefined : found;
  const keys = key === undefined ? [] : [{ name: key, by: '--key names' }];
  const error = (found && lackingColumn(path, found, keys)) ?? (names && lackingColumn(path, names, needed));
  if (error !== undefined) throw error;
  return { path, names };
}
