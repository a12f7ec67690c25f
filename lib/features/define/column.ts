import { columnNumbers, columnValues } from '#columns';
import { checkSound } from '#sound';
import { checkKeys, show } from '../../check.js';
import { cellOf, numberOf } from '../../data/columns/index.js';
import { FeatureError, OptionError } from '../../errors.js';
import { dense } from './dense.js';
import type { DenseOptions } from './denseOptions.js';
import type { Feature, FittedFeature } from './feature.js';
import type { Transform } from './view.js';

/** Options of `column` and `columns`: as those of `dense`. */
export type ColumnOptions = Pick<DenseOptions, 'version' | 'missing' | 'scaling'>;

/** A column of a table, or a property of records: a feature of one number, and a source for other features. */
export interface ColumnFeature<out Value> extends Feature<object>, Transform<object, Value> {
  readonly column: string;
  /** Nothing is. That it takes no rows also lets TypeScript infer the rows of a set from its other features. */
  fit(): FittedFeature<object>;
  readonly served?: never;
}

/**
 * A column of rows: those of `tableRows`, of `spillway/data`, or objects that have a property of that name. By itself
 * it is a feature of one number: truth values are 0 and 1, dates milliseconds since 1970, rounded to 32 bits as all
 * numbers are; null, undefined and NaN are missing. As a source it gives other features its values as they are.
 * Columns of a batch are read at once, and no row is made.
 *
 * @param name of the column. An artifact made with another one is void
 * @param options `missing`, `scaling` and `version` as `dense` has them, for the number
 * @throws OptionError for a name or options that are none. While computing a FeatureError, naming row and column, for
 *   a value that is no finite number, and for a missing one without `missing`
 * @example
 * const features = define({
 *   age: column('age', { missing: 'indicator' }),
 *   city: oneHot(column('city')),
 *   words: tfidf(column('text')),
 * });
 */
export function column<Value = never>(name: string, options?: ColumnOptions): ColumnFeature<Value>;
export function column(name: string, options: ColumnOptions = {}): ColumnFeature<unknown> {
  checkName('name', name);
  return {
    ...ofColumns('column', [name], { column: name }, options),
    name,
    column: name,
    parent: undefined,
    read: ({ batch, selection }) => columnValues(batch, selection, name),
  };
}

/**
 * Numbers of several columns that are computed together: a dense block, rows x columns. What counts as a number, and
 * as missing, is as for {@link column}.
 *
 * @param names of the columns, each once
 * @throws OptionError for names or options that are none; while computing as {@link column}
 * @example
 * define({ person: columns(['age', 'height', 'weight'], { missing: true }) });
 */
export function columns(names: readonly string[], options: ColumnOptions = {}): Feature<object> {
  if (!Array.isArray(names) || names.length === 0)
    throw new OptionError('names', `expected names of columns, ['age', 'height'], got ${show(names)}`);
  const known = new Set<string>();
  names.forEach((name, i) => {
    checkName(`names[${i}]`, name);
    if (known.has(name)) throw new OptionError(`names[${i}]`, `'${name}' is there twice`);
    known.add(name);
  });
  return ofColumns('columns', [...names], { columns: [...names] }, options);
}

function checkName(option: string, name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new OptionError(option, `expected the name of a column, got ${show(name)}`);
}

function ofColumns(
  kind: string,
  names: readonly string[],
  stated: Readonly<Record<string, string | string[]>>,
  options: ColumnOptions,
) {
  checkKeys(options, ['version', 'missing', 'scaling']);
  const { missing = false, scaling } = options;
  const read = (rows: readonly object[]) => {
    const values = new Float32Array(rows.length * names.length);
    columnNumbers(rows, undefined, names, values, 0, names.length);
    return values;
  };
  const compute = Object.assign(read, {
    names: names.map((name) => `'${name}'`),
  });
  // Nothing stands in for it in service.
  const { served: _, ...feature } = dense(names.length, compute, options);
  return {
    ...feature,
    kind,
    // A file makes the feature again without code, so that it says how it is scaled, too.
    options: { ...stated, missing, ...(scaling && { scaling }) },
    steps: [names.join(', ')],
    check(row: object) {
      for (const name of names) {
        const number = Math.fround(numberOf(cellOf(row, name), name));
        if (Number.isFinite(number) || (missing !== false && Number.isNaN(number))) continue;
        throw new FeatureError('', undefined, `column '${name}' is ${number}; expected a finite number`);
      }
    },
    checkAll: checkSound && ((rows: readonly object[]) => checkSound(rows, read, missing !== false)),
    fit: () => feature.load({ json: null, tensors: {} }),
  };
}
