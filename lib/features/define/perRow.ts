import { show } from '../../check.js';
import { FeatureError, SpillwayError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import type { ComputeAny, ComputeDense, ComputeVersion } from './denseOptions.js';

/** Values of one row: one, or as many as the feature has columns. */
export type RowNumbers = number | ArrayLike<number>;

/**
 * Makes a function of one row into the function of a batch that `dense` takes.
 *
 * @param compute gets a row, or the value of a transform, and returns its value or values, or a
 * promise of them. The promises of a batch are awaited together. With `versions`, it gets the name of a version and
 * the row's numbers at the one before, as `dense` describes them
 * @returns a function of a batch, whose values are row-major
 * @throws FeatureError, when it computes, naming the row: where the function throws, where it returns anything but
 * numbers, and where rows have different counts of them
 * @example
 * dense(2, perRow((mail: Mail) => [mail.body.length, mail.subject.length]));
 */
export function perRow<Value>(
  compute: (value: Value) => RowNumbers | Promise<RowNumbers>,
): ComputeDense<Value>;
export function perRow<Value, Version extends string>(
  compute: (
    value: Value,
    version: Version,
    previous: Float32Array | undefined,
  ) => RowNumbers | Promise<RowNumbers>,
): ComputeVersion<Value, Version>;
export function perRow<Value>(
  compute: (value: Value, version?: string, previous?: Float32Array) => RowNumbers | Promise<RowNumbers>,
): ComputeAny<Value> {
  const ofBatch = (values: readonly Value[], version?: string, previous?: Float32Array) => {
    const columns = previous === undefined ? 0 : previous.length / values.length;
    const numbers = values.map((value, row) => {
      try {
        return compute(value, version, previous?.subarray(row * columns, (row + 1) * columns));
      } catch (error) {
        throw failedAt(row, error);
      }
    });
    if (numbers.every(isThere)) return joined(numbers);
    const named = numbers.map((each, row) =>
      isThere(each) ? each : each.catch((error) => Promise.reject(failedAt(row, error))),
    );
    return Promise.all(named).then(joined);
  };
  return Object.assign(ofBatch, { isPerRow: true } as const);
}

function failedAt(row: number, error: unknown): unknown {
  if (error instanceof SpillwayError) return error;
  const message = errorText(error);
  return new FeatureError('', row, `failed: ${message}`, { cause: error });
}

function isThere(numbers: RowNumbers | Promise<RowNumbers>): numbers is RowNumbers {
  return !(numbers instanceof Promise);
}

function joined(all: readonly RowNumbers[]): Float32Array {
  const columns = all.length === 0 ? 0 : lengthOf(all[0], 0);
  const values = new Float32Array(all.length * columns);
  for (const [row, numbers] of all.entries()) {
    const length = lengthOf(numbers, row);
    if (length !== columns)
      throw new FeatureError('', row, `has ${length} numbers; the row before has ${columns}`);
    if (typeof numbers === 'number') values[row] = numbers;
    else values.set(numbers, row * columns);
  }
  return values;
}

function lengthOf(numbers: RowNumbers, row: number): number {
  if (typeof numbers === 'number') return 1;
  if (typeof numbers === 'object' && typeof numbers?.length === 'number') return numbers.length;
  throw new FeatureError(
    '',
    row,
    `the function returned ${show(numbers)}; expected a number, or an array of them`,
  );
}
