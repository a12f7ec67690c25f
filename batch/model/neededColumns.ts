import { InputError } from '../../lib/errors.js';
import { columnsThere } from '../../lib/util/hints.js';
import { member } from '../../lib/util/member.js';

/** A column that rows must have. */
export interface NeededColumn {
  readonly name: string;
  /** What needs it, as `feature 'age' reads`. */
  readonly by: string;
}

/** Columns that features say they read. Functions of rows say nothing. */
export function columnsNeededBy(
  features: readonly { readonly name: string; readonly options?: unknown }[],
): readonly NeededColumn[] {
  return features.flatMap(({ name: feature, options }) =>
    [member(options, 'column'), member(options, 'columns')]
      .flat()
      .filter((name) => typeof name === 'string')
      .map((name) => ({ name, by: `feature '${feature}' reads` })),
  );
}

/**
 * Why a table can't be answered, whatever its rows: it lacks a column.
 *
 * @param where errors call the table
 * @param names of its columns
 */
export function lackingColumn(
  where: string,
  names: readonly string[],
  needed: readonly NeededColumn[],
): InputError | undefined {
  const lacking = needed.find(({ name }) => !names.includes(name));
  if (lacking === undefined) return undefined;
  const { name, by } = lacking;
  return new InputError(where, `column '${name}', which ${by}, isn't there${columnsThere(name, names)}`);
}
