import { show } from '../../check.js';
import { FeatureError, OptionError, SpillwayError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { readsOf } from './sources.js';

/** A shared intermediate value of a row (tokens, a parsed header): features read it, models don't. */
export interface Transform<in Row, out Value> {
  readonly name: string;
  /** The transform that this one reads, where it doesn't read the row itself. */
  readonly parent: Transform<Row, unknown> | undefined;
  /** The column of the rows that it is, for `column`: its cost is an accessor's, and counts as part of a feature's. */
  readonly column?: string | undefined;
  /**
   * The values of the view's rows. Each is computed at most once per row of the batch.
   *
   * @returns one a row, in order
   */
  read(view: RowView<Row>): readonly Value[];
}

/**
 * The input of a feature: a cheap accessor, called at every read, or a {@link Transform}, computed
 * once.
 */
export type Source<Row, Value> = ((row: Row) => Value) | Transform<Row, Value>;

export function checkSource(source: unknown, option = 'source'): void {
  if (typeof source === 'function') return;
  if (typeof source === 'object' && source !== null && 'read' in source && typeof source.read === 'function')
    return;
  throw new OptionError(option, `expected a function of a row, or a transform, got ${show(source)}`);
}

/**
 * The rows of one batch, or a selection of them. Transforms keep their values per batch, so views share them.
 *
 * @example
 * const fitted = await dense(1, (all: readonly number[]) => Float32Array.from(all)).fit(RowView.of([1, 2]));
 * await fitted.compute(RowView.of([3])); // a block of one row
 */
export class RowView<out Row> {
  private constructor(
    /** The whole batch; also the key under which transforms keep their results for it. */
    readonly batch: readonly Row[],
    /** Positions in the batch, or `undefined` for all of it. */
    readonly selection: Int32Array | undefined,
  ) {}

  /**
   * All rows of a batch.
   *
   * @param batch kept, not copied
   */
  static of<Row>(batch: readonly Row[]): RowView<Row> {
    return new RowView(batch, undefined);
  }

  /** The number of rows. */
  get length(): number {
    return this.selection === undefined ? this.batch.length : this.selection.length;
  }

  /**
   * Position in the batch of this view's row `i`.
   *
   * @returns 0 … the batch's length - 1
   */
  at(i: number): number {
    return this.selection === undefined ? i : this.selection[i];
  }

  /**
   * Its rows, in order.
   *
   * @returns the batch itself where nothing was selected
   */
  rows(): readonly Row[] {
    const { batch, selection } = this;
    if (selection === undefined) return batch;
    const rows = new Array<Row>(selection.length);
    for (let i = 0; i < rows.length; i++) rows[i] = batch[selection[i]];
    return rows;
  }

  /** The rows at `positions` of the *batch* (not of this view), each at most once. */
  select(positions: Int32Array): RowView<Row> {
    return new RowView(this.batch, positions);
  }

  /**
   * The values that a source gives for its rows.
   *
   * @param source an accessor, or a transform
   * @returns one a row, in order
   * @throws FeatureError naming the row for which the accessor, or the transform's function,
   * failed, with its error as `cause`
   */
  read<Value>(source: Source<Row, Value>): readonly Value[] {
    if (typeof source !== 'function') return source.read(this);
    return eachOf(this, this.length, (i) => source(this.batch[this.at(i)]));
  }
}

/** A value for each row of a view. An error names the row by its position in the batch, as errors about blocks do. */
function eachOf<Value>(view: RowView<unknown>, length: number, of: (i: number) => Value): Value[] {
  const values = new Array<Value>(length);
  let i = 0;
  try {
    for (; i < length; i++) values[i] = of(i);
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    const message = errorText(error);
    throw new FeatureError('', view.at(i), `failed: ${message}`, { cause: error });
  }
  return values;
}

/**
 * Declares a shared transform: computed once per row however many features read it, and its cost counted once.
 *
 * @param parent the transform that it is made from; without it `of` gets the row
 * @param of must be a function of its argument alone
 * @throws OptionError for a value that is no transform or function; FeatureError, while it is read,
 * naming the row for which it failed
 * @example
 * const parsed = transform((mail: Mail) => parse(mail.body));
 * const links = transform(parsed, (page) => page.links);
 * define({ words: tfidf(transform(parsed, (page) => page.text)), links: dense(1, links, (all) => …) });
 */
export function transform<Row, Value>(of: (row: Row) => Value): Transform<Row, Value>;
export function transform<Row, From, Value>(
  parent: Transform<Row, From>,
  of: (value: From) => Value,
): Transform<Row, Value>;
export function transform<Row, From, Value>(
  first: ((row: Row) => Value) | Transform<Row, From>,
  second?: (value: From) => Value,
): Transform<Row, Value> {
  if (typeof first === 'function') {
    return memoised(first.name, undefined, (view) => view.read(first));
  }
  checkSource(first, 'parent');
  if (typeof second !== 'function') {
    throw new OptionError('of', `expected a function of the values of the parent, got ${show(second)}`);
  }
  const of = second;
  return memoised(of.name, readsOf(first)[0], (view) => {
    const values = first.read(view);
    return eachOf(view, values.length, (i) => of(values[i]));
  });
}

/**
 * A shared transform whose values are computed for many rows at once.
 *
 * @param of gets the rows whose values aren't known yet, and returns a value for each, in order
 */
export function transformOfRows<Row, Value>(
  name: string,
  of: (rows: readonly Row[]) => readonly Value[],
): Transform<Row, Value> {
  return memoised(name, undefined, (view) => {
    try {
      return of(view.rows());
    } catch (error) {
      if (error instanceof FeatureError && error.row !== undefined) throw error.of('', view.at(error.row));
      throw error;
    }
  });
}

function memoised<Row, Value>(
  name: string,
  parent: Transform<Row, unknown> | undefined,
  compute: (view: RowView<Row>) => readonly Value[],
): Transform<Row, Value> {
  const memory = new WeakMap<readonly Row[], { values: Value[]; known: Uint8Array }>();
  return {
    name: name || 'transform',
    parent,
    read(view) {
      const { length } = view.batch;
      const { values, known } = memory.get(view.batch) ?? {
        values: new Array<Value>(length),
        known: new Uint8Array(length),
      };
      memory.set(view.batch, { values, known });
      const wanted: number[] = [];
      for (let i = 0; i < view.length; i++) if (known[view.at(i)] === 0) wanted.push(view.at(i));
      if (wanted.length > 0) {
        const computed = compute(view.select(Int32Array.from(wanted)));
        wanted.forEach((row, i) => {
          values[row] = computed[i];
          known[row] = 1;
        });
      }
      return Array.from({ length: view.length }, (_, i) => values[view.at(i)]);
    },
  };
}
