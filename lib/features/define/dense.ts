import { insteadOfNaN, insteadOfNumbers, OF_A_BATCH, ofABatch } from '#hints';
import { areSound } from '#sound';
import {
  checkFlag,
  checkKeys,
  checkOneOf,
  checkPrice,
  checkTolerance,
  checkWhole,
  show,
} from '../../check.js';
import { denseBlock } from '../../data/blocks/index.js';
import { FeatureError, OptionError } from '../../errors.js';
import type {
  ComputeAny,
  ComputeDense,
  ComputeVersion,
  DenseOptions,
  VersionsOptions,
} from './denseOptions.js';
import type { Feature, FittedFeature } from './feature.js';
import { readsOf, statedSource } from './sources.js';
import { checkVersions, withVersions } from './versions.js';
import { checkSource, type RowView, type Transform } from './view.js';

/**
 * Numbers that a function of yours computes for a batch of rows, or for the values of a shared transform: a dense
 * block, rows x `columns`. Nothing is fitted. Every number must be finite, or with the option `missing` NaN, a
 * missing value. A row's numbers must not depend on the rows beside it, and the array must be a new one each time:
 * `tune` compares some rows alone with the same in a batch.
 *
 * With `versions`, the function computes cheaper versions of the feature, too: as many columns, the name of a version
 * says which. The full model reads the last one, and stages whichever pays.
 *
 * @param columns numbers a row, 1 or more
 * @param source the transform whose values are computed from; without it `compute` gets the rows
 * @param compute gets a batch and returns rows x `columns` values, row-major, or a promise of them
 * @throws FeatureError if the function returns too few or too many numbers, NaN without `missing`, or an infinity,
 *   naming the row.
 * @throws OptionError for columns, a function or options that are none.
 * @example
 * dense(2, (mails: readonly Mail[]) =>
 *   Float32Array.from(mails.flatMap((mail) => [mail.body.length, mail.subject.length])));
 */
export function dense<Row, const Version extends string = string>(
  columns: number,
  compute: ComputeVersion<Row, Version>,
  options: VersionsOptions<Version>,
): Feature<Row>;
export function dense<Row, Value, const Version extends string = string>(
  columns: number,
  source: Transform<Row, Value>,
  compute: ComputeVersion<Value, Version>,
  options: VersionsOptions<Version>,
): Feature<Row>;
export function dense<Row>(columns: number, compute: ComputeDense<Row>, options?: DenseOptions): Feature<Row>;
export function dense<Row, Value>(
  columns: number,
  source: Transform<Row, Value>,
  compute: ComputeDense<Value>,
  options?: DenseOptions,
): Feature<Row>;
export function dense<Row, Value>(
  columns: number,
  first: ComputeAny<Row> | Transform<Row, Value>,
  second?: ComputeAny<Value> | Options,
  third?: Options,
): Feature<Row> {
  checkWhole('columns', columns, 1);
  if (typeof first === 'function') {
    const options = typeof second === 'function' ? {} : (second ?? {});
    return feature(columns, undefined, options, (view) => view.rows(), first);
  }
  if (typeof second !== 'function') {
    const what = typeof first === 'object' ? 'the values of the transform' : 'a batch of rows';
    const got = typeof first === 'object' ? show(second) : show(first);
    throw new OptionError('compute', `expected a function of ${what}, got ${got}`);
  }
  checkSource(first);
  return feature(columns, first, third ?? {}, (view) => first.read(view), second);
}

type Options = DenseOptions & Partial<VersionsOptions>;

function feature<Row, Value>(
  columns: number,
  source: Transform<Row, Value> | undefined,
  options: Options,
  valuesOf: (view: RowView<Row>) => readonly Value[],
  compute: ComputeAny<Value>,
): Feature<Row> {
  checkKeys(options, [
    'version',
    'price',
    'tolerance',
    'live',
    'missing',
    'scaling',
    'versions',
    'nested',
    'waits',
  ]);
  const {
    version,
    price,
    waits,
    tolerance,
    live,
    missing = false,
    scaling,
    versions,
    nested = false,
  } = options;
  checkVersions(versions, options.nested);
  checkPrice(price);
  checkTolerance('tolerance', tolerance);
  if (waits !== undefined) checkFlag('waits', waits);
  if (live !== undefined) checkFlag('live', live);
  if (missing !== 'indicator') checkFlag('missing', missing, "true, false or 'indicator'");
  if (scaling !== undefined) checkOneOf('scaling', scaling, ['columns', 'block']);
  if (scaling === 'block' && missing === 'indicator') {
    // Marks of missing values have another unit.
    throw new OptionError('scaling', "'block' can't go with missing: 'indicator': leave one out");
  }
  const width = missing === 'indicator' ? 2 * columns : columns;
  const block = (view: RowView<Row>, values: Float32Array) => {
    const own = missing === 'indicator' ? withIndicators(values, columns) : values;
    return denseBlock(view.length, width, own, scaling);
  };
  const numbersOf = (view: RowView<Row>, at?: string, previous?: Float32Array) => {
    const values = valuesOf(view);
    const checked = (numbers: Float32Array) => {
      check(numbers, columns, view, missing !== false, compute, at);
      return numbers;
    };
    const failed = (error: unknown): never => {
      // What computes knows only the rows that it was given.
      if (error instanceof FeatureError && error.row !== undefined) throw error.of('', view.at(error.row));
      throw ofABatch(error, view.length);
    };
    let numbers: Float32Array | Promise<Float32Array>;
    try {
      numbers = compute(values, at, previous);
    } catch (error) {
      return failed(error);
    }
    return numbers instanceof Promise ? numbers.then(checked, failed) : checked(numbers);
  };
  const fittedOf = (
    numbers: (view: RowView<Row>) => Float32Array | Promise<Float32Array>,
  ): FittedFeature<Row> => ({
    columns: width,
    compute(view) {
      const values = numbers(view);
      return values instanceof Promise ? values.then((all) => block(view, all)) : block(view, values);
    },
    warm: () => denseBlock(1, width, new Float32Array(width), scaling),
    state: { json: { columns: width }, tensors: {} },
  });
  const reads = source ? readsOf(source) : [];
  const fitted = versions
    ? withVersions({ versions, nested, columns, reads, numbersOf, fittedOf })
    : fittedOf((view) => numbersOf(view));
  return {
    kind: 'dense',
    reads,
    version,
    options: {
      columns,
      missing,
      ...(source && statedSource(source)),
      ...(versions && { versions: [...versions], nested }),
    },
    price,
    waits,
    tolerance,
    live,
    missing: missing === true,
    fit: () => fitted,
    load: () => fitted,
  };
}

/** Each row's values, 0 in place of NaN, and then 1 for each that was NaN. */
function withIndicators(values: Float32Array, columns: number): Float32Array {
  const wide = new Float32Array(2 * values.length);
  for (let i = 0, to = 0; i < values.length; to += columns) {
    for (let c = 0; c < columns; c++, i++, to++) {
      if (Number.isNaN(values[i])) wide[to + columns] = 1;
      else wide[to] = values[i];
    }
  }
  return wide;
}

/** The feature's name isn't known here: the caller fills it in. */
function check<Value>(
  values: Float32Array,
  columns: number,
  view: RowView<unknown>,
  missing: boolean,
  { names, isPerRow }: ComputeAny<Value>,
  version: string | undefined,
): void {
  const where = version === undefined ? '' : `version '${version}': `;
  if (!(values instanceof Float32Array)) {
    throw new FeatureError(
      '',
      undefined,
      `${where}expected a Float32Array, got ${show(values)}${insteadOfNumbers(values)}`,
    );
  }
  const expected = view.length * columns;
  if (values.length !== expected) {
    throw new FeatureError(
      '',
      undefined,
      `${where}expected ${view.length} rows x ${columns} columns = ${expected} numbers, got ${values.length}${
        values.length === columns ? `, as if for one row${OF_A_BATCH}` : ''
      }`,
    );
  }
  if (areSound(values, missing)) return;
  for (let i = 0; i < expected; i++) {
    if (Number.isFinite(values[i])) continue;
    const isMissing = Number.isNaN(values[i]);
    if (isMissing && missing) continue;
    const row = Math.floor(i / columns);
    const hint = isMissing ? insteadOfNaN(isPerRow || names ? undefined : values) : '';
    throw new FeatureError(
      '',
      view.at(row),
      `${where}column ${names?.[i % columns] ?? i % columns} is ${values[i]}; expected a finite number${hint}`,
    );
  }
}

/**
 * The largest difference between two computations of one row's value, relative to the larger of 1
 * and their magnitudes: encoders and GPUs round differently in batches of other sizes.
 */
export const TOLERANCE = 1e-5;

/**
 * Whether two values are equal up to rounding. NaN, which stands for a missing value, equals
 * itself.
 */
export function sameWithin(a: number, b: number, tolerance: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Number.isFinite(a - b) && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}
