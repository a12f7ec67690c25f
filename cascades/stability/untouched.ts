import { copyOf, RowReader, type Rows } from '../../lib/data/rows/index.js';
import { type Random, sample } from '../../lib/stats/index.js';
import { APART, LARGE } from './sizes.js';

/** Some rows as they were before any feature had read them. */
export interface Untouched<Row> {
  /**
   * Rows that will be read without the other features, in that order; undefined for rows that can't
   * be copied.
   */
  readonly rows: readonly (Row | undefined)[];
  /** Keys of their content. */
  readonly keys: Float64Array;
}

/** Positions of the rows of a large batch, in the order in which they are read again. */
export function rereadAmong(count: number, random: Random): Int32Array {
  const large = sample(count, Math.min(LARGE, count), random.fork('large'));
  random.fork('order').shuffle(large);
  return large;
}

/**
 * Copies the rows that {@link compareFeatures} will read without the other features, given the same
 * source of randomness. A feature that changes its rows, for example by sorting an array in place,
 * changes the values of the others.
 */
export async function untouchedOf<Row>(
  rows: Rows<Row>,
  random: Random,
  signal?: AbortSignal,
): Promise<Untouched<Row>> {
  const read = await rows.take(rereadAmong(rows.length, random).slice(0, APART), signal);
  const reader = new RowReader();
  const { keys, opaque } = reader.keysOf(read);
  const copies = read.map((row, i): Row | undefined => {
    try {
      const copy = opaque[i] === 1 ? undefined : copyOf(row);
      return reader.keysOf([copy]).keys[0] === keys[i] ? copy : undefined;
    } catch {
      // A property that throws when it is read.
      return undefined;
    }
  });
  return { rows: copies, keys };
}

/** A row as it was, where features have changed it since; where they haven't, or that isn't known, the row itself. */
export function asItWas<Row>({ rows, keys }: Untouched<Row>, i: number, row: Row): Row {
  const before = rows[i];
  if (before === undefined || new RowReader().keysOf([row]).keys[0] === keys[i]) return row;
  return copyOf(before);
}
