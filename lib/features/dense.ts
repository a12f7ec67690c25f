import { denseBlock } from '../blocks/index.js';
import { checkFlag, checkKeys, checkPrice, checkTolerance, checkWhole, show } from '../check.js';
import { FeatureError, OptionError } from '../errors.js';
import type { Feature, FittedFeature } from './feature.js';
import { checkSource, type RowView, type Transform } from './view.js';

/** Options of `dense`. */
export interface DenseOptions {
  /** See `Feature.version`. */
  readonly version?: string;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** See `Feature.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** See `Feature.live`. @defaultValue false */
  readonly live?: boolean;
}

/** Answers a batch: `values.length * columns` numbers, row-major, or a promise of them. */
export type ComputeDense<Value> = (values: readonly Value[]) => Float32Array | Promise<Float32Array>;

/**
 * Numbers that a function of yours computes for a batch of rows, or for the values of a shared transform: a dense
 * block, rows x `columns`. Nothing is fitted. Every number must be finite. A row's numbers must not depend on the rows beside
 * it, and the array must be a new one each time: `tune` compares some rows alone with the same in a batch.
 *
 * @param columns numbers a row, 1 or more
 * @param source the transform whose values are computed from; without it `compute` gets the rows
 * @param compute gets a batch and returns rows x `columns` numbers, row-major, or a promise of them
 * @throws FeatureError where the function returns too few or too many numbers, NaN or an infinity, naming the row.
 * @throws OptionError for columns, a function or options that are none.
 * @example
 * dense(2, (mails: readonly Mail[]) =>
 *   Float32Array.from(mails.flatMap((mail) => [mail.body.length, mail.subject.length])));
 */
export function dense<Row>(columns: number, compute: ComputeDense<Row>, options?: DenseOptions): Feature<Row>;
export function dense<Row, Value>(
  columns: number,
  source: Transform<Row, Value>,
  compute: ComputeDense<Value>,
  options?: DenseOptions,
): Feature<Row>;
export function dense<Row, Value>(
  columns: number,
  first: ComputeDense<Row> | Transform<Row, Value>,
  second?: ComputeDense<Value> | DenseOptions,
  third?: DenseOptions,
): Feature<Row> {
  checkWhole('columns', columns, 1);
  if (typeof first === 'function') {
    const options = typeof second === 'function' ? {} : (second ?? {});
    return feature(columns, [], options, (view) => first(view.rows()));
  }
  if (typeof second !== 'function') {
    throw new OptionError('compute', 'expected a function of the values of the transform');
  }
  checkSource(first);
  return feature(columns, [first], third ?? {}, (view) => second(first.read(view)));
}

function feature<Row>(
  columns: number,
  reads: readonly Transform<Row, unknown>[],
  options: DenseOptions,
  compute: (view: RowView<Row>) => Float32Array | Promise<Float32Array>,
): Feature<Row> {
  checkKeys(options, ['version', 'price', 'tolerance', 'live']);
  const block = (view: RowView<Row>, values: Float32Array) => {
    check(values, columns, view);
    return denseBlock(view.length, columns, values);
  };
  const fitted: FittedFeature<Row> = {
    columns,
    compute(view) {
      const values = compute(view);
      return values instanceof Promise ? values.then((all) => block(view, all)) : block(view, values);
    },
    warm: () => denseBlock(1, columns, new Float32Array(columns)),
    state: { json: { columns }, tensors: {} },
  };
  const { version, price, tolerance, live } = options;
  checkPrice(price);
  checkTolerance('tolerance', tolerance);
  if (live !== undefined) checkFlag('live', live);
  return {
    kind: 'dense',
    reads,
    version,
    options: { columns },
    price,
    tolerance,
    live,
    fit: () => fitted,
    load: () => fitted,
  };
}

/** The feature's name isn't known here: whoever computes a named feature puts it in place of the empty one. */
function check(values: Float32Array, columns: number, view: RowView<unknown>): void {
  if (!(values instanceof Float32Array)) {
    throw new FeatureError('', undefined, `expected a Float32Array, got ${show(values)}`);
  }
  const expected = view.length * columns;
  if (values.length !== expected) {
    throw new FeatureError(
      '',
      undefined,
      `expected ${view.length} rows x ${columns} columns = ${expected} numbers, got ${values.length}`,
    );
  }
  for (let i = 0; i < expected; i++) {
    if (!Number.isFinite(values[i])) {
      const row = Math.floor(i / columns);
      throw new FeatureError(
        '',
        view.at(row),
        `column ${i % columns} is ${values[i]}; expected a finite number`,
      );
    }
  }
}
