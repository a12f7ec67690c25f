import { SparseWriter } from '../blocks/index.js';
import { checkKeys, checkWhole, show } from '../check.js';
import { ArtifactError, FeatureError } from '../errors.js';
import type { Feature, FittedFeature } from './feature.js';
import { checkSource, type RowView, type Source } from './view.js';

/** What `oneHot` tells apart. */
export type Category = string | number | boolean;

/** Options of `oneHot`. */
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
 * @param source a function from a row to its category, or a {@link Transform} that has it
 * @throws OptionError when `minCount` is not a whole number of at least 1.
 * @throws ArtifactError when it is loaded from a state without categories.
 * @throws FeatureError where a row's category is something else (undefined, NaN …), naming the row.
 * @example
 * oneHot((flight: Flight) => flight.origin, { minCount: 20 });
 */
export function oneHot<Row>(source: Source<Row, Category>, options: OneHotOptions = {}): Feature<Row> {
  checkKeys(options, ['minCount', 'version']);
  checkSource(source);
  const { minCount = 1, version } = options;
  checkWhole('minCount', minCount, 1);
  return {
    kind: 'oneHot',
    reads: typeof source === 'function' ? [] : [source],
    version,
    options: { minCount },
    fit(view) {
      const counts = new Map<Category, number>();
      for (const category of categoriesOf(view, source))
        counts.set(category, (counts.get(category) ?? 0) + 1);
      return fitted(
        source,
        [...counts.keys()].filter((category) => (counts.get(category) ?? 0) >= minCount).sort(inOrder),
      );
    },
    load({ json }) {
      if (!Array.isArray(json) || !json.every(isCategory) || new Set(json).size !== json.length)
        throw new ArtifactError('damaged', 'the state of a oneHot feature has no categories');
      return fitted(source, json);
    },
  };
}

function fitted<Row>(source: Source<Row, Category>, categories: readonly Category[]): FittedFeature<Row> {
  const columnOf = new Map(categories.map((category, column) => [category, column]));
  const blockOf = (values: readonly Category[]) => {
    const writer = new SparseWriter(values.length, categories.length, values.length);
    for (const category of values) {
      const column = columnOf.get(category);
      if (column !== undefined) writer.push(column, 1);
      writer.endRow();
    }
    return writer.block();
  };
  return {
    columns: categories.length,
    range: { norm: 1, nonNegative: true },
    compute: (view) => blockOf(categoriesOf(view, source)),
    warm: () => blockOf(categories.slice(0, 1)),
    state: { json: categories, tensors: {} },
  };
}

function isCategory(value: unknown): value is Category {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function categoriesOf<Row>(view: RowView<Row>, source: Source<Row, Category>): readonly Category[] {
  const values = view.read(source);
  for (let i = 0; i < values.length; i++) {
    if (isCategory(values[i])) continue;
    throw new FeatureError(
      '',
      view.at(i),
      `expected a string, a finite number or a boolean, got ${show(values[i])}`,
    );
  }
  return values;
}

/** An order of the categories themselves, so that the order of the training rows decides nothing. */
function inOrder(a: Category, b: Category): number {
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return a < b ? -1 : 1;
}
