import { SparseWriter } from '../blocks/index.js';
import { OptionError } from '../errors.js';
import type { Feature, FittedFeature } from './feature.js';
import type { Source } from './view.js';

export type Category = string | number | boolean;

export interface OneHotOptions {
  /** Categories that fewer training rows hold get no column. @defaultValue 1 */
  readonly minCount?: number;
  /** See `Feature.version`. */
  readonly version?: string;
}

/**
 * One column for each category that the training rows hold, 1 where the row has it: a sparse block. A category that
 * was not seen in training leaves its row empty.
 *
 * @throws OptionError when `minCount` is not a whole number of at least 1.
 * @example
 * oneHot((flight: Flight) => flight.origin, { minCount: 20 });
 */
export function oneHot<Row>(source: Source<Row, Category>, options: OneHotOptions = {}): Feature<Row> {
  const { minCount = 1, version } = options;
  if (!Number.isSafeInteger(minCount) || minCount < 1) {
    throw new OptionError('minCount', `expected a whole number >= 1, got ${minCount}`);
  }
  return {
    kind: 'oneHot',
    reads: typeof source === 'function' ? [] : [source],
    version,
    fit(view) {
      const counts = new Map<Category, number>();
      for (const category of view.read(source)) counts.set(category, (counts.get(category) ?? 0) + 1);
      return fitted(
        source,
        [...counts].filter(([, count]) => count >= minCount).map(([category]) => category),
      );
    },
    load({ json }) {
      if (!Array.isArray(json)) throw new TypeError('no categories in the stored feature');
      return fitted(source, json.filter(isCategory));
    },
  };
}

function fitted<Row>(source: Source<Row, Category>, categories: readonly Category[]): FittedFeature<Row> {
  const columnOf = new Map(categories.map((category, column) => [category, column]));
  return {
    columns: categories.length,
    compute(view) {
      const values = view.read(source);
      const writer = new SparseWriter(values.length, categories.length, values.length);
      for (const category of values) {
        const column = columnOf.get(category);
        if (column !== undefined) writer.push(column, 1);
        writer.endRow();
      }
      return writer.block();
    },
    state: { json: categories, tensors: {} },
  };
}

function isCategory(value: unknown): value is Category {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
