import { FeatureError } from '../../errors.js';
import type { ComputeDense } from './dense.js';

/** Values of one row: one, or as many as the feature has columns. */
export type RowNumbers = number | ArrayLike<number>;

/**
 * Makes a function of one row into the function of a batch that `dense` takes.
 *
 * @param compute gets a row, or the value of a transform, and returns its value or values, or a
 * promise of them. The promises of a batch are awaited together
 * @returns a function of a batch, whose values are row-major
 * @throws FeatureError, when it computes, where rows have different counts of numbers
 * @example
 * dense(2, perRow((mail: Mail) => [mail.body.length, mail.subject.length]));
 */
export function perRow<Value>(
  compute: (value: Value) => RowNumbers | Promise<RowNumbers>,
): ComputeDense<Value> {
  return (values) => {
    const numbers = values.map((value) => compute(value));
    return numbers.every(isThere) ? joined(numbers) : Promise.all(numbers).then(joined);
  };
}

function isThere(numbers: RowNumbers | Promise<RowNumbers>): numbers is RowNumbers {
  return !(numbers instanceof Promise);
}

function joined(all: readonly RowNumbers[]): Float32Array {
  const columns = all.length === 0 ? 0 : lengthOf(all[0]);
  const values = new Float32Array(all.length * columns);
  for (const [row, numbers] of all.entries()) {
    if (lengthOf(numbers) !== columns)
      throw new FeatureError('', row, `has ${lengthOf(numbers)} numbers; the row before has ${columns}`);
    if (typeof numbers === 'number') values[row] = numbers;
    else values.set(numbers, row * columns);
  }
  return values;
}

function lengthOf(numbers: RowNumbers): number {
  return typeof numbers === 'number' ? 1 : numbers.length;
}
