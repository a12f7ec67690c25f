import { propertiesThere } from '#hints';
import { show } from '../../check.js';
import { FeatureError, TableError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { noNumber } from './chunk.js';

/**
 * The value of one row, as `columnValues` has it.
 *
 * @param at what errors call the row
 */
export function cellOf(row: unknown, name: string, at?: number): unknown {
  if (typeof row !== 'object' || row === null)
    throw new FeatureError('', at, `expected an object with the column '${name}', got ${show(row)}`);
  let value: unknown;
  try {
    value = Reflect.get(row, name);
  } catch (error) {
    const why = error instanceof TableError ? `: ${error.why}` : ` can't be read: ${errorText(error)}`;
    throw new FeatureError('', at, `column '${name}'${why}`, { cause: error });
  }
  if (value === undefined || value === null) {
    if (name in row) return null;
    throw new FeatureError('', at, `column '${name}' isn't there${propertiesThere(name, row)}`);
  }
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new FeatureError(
    '',
    at,
    `column '${name}': ${value} is at or beyond ±2^53, where numbers are whole no longer`,
  );
}

/** The same as a number, as `columnNumbers` has it. */
export function numberOf(value: unknown, name: string, at?: number): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime();
  throw new FeatureError('', at, `column '${name}': ${noNumber(value, name)}`);
}
