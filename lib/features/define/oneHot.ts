import { checkFlag, checkKeys, checkWhole, show } from '../../check.js';
import { SparseWriter } from '../../data/blocks/index.js';
import { ArtifactError, FeatureError, OptionError } from '../../errors.js';
import type { BatchFit, Feature, FittedFeature } from './feature.js';
import { learning } from './learning.js';
import { rowCheck } from './rowCheck.js';
import { readsOf, statedSource, stepsOf } from './sources.js';
import { checkSource, type RowView, type Source } from './view.js';

/** A value that `oneHot` encodes. */
export type Category = string | number | boolean;

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** Categories that fewer training rows hold get no column. @defaultValue 1 */
  readonly minCount?: number;
  /**
   * `true`: null, undefined and NaN are a category of their own, with a column like the others. A list: these values
   * are that category too (`['', '?']`). `false`: a row without a category is an error. @defaultValue false
   */
  readonly missing?: boolean | readonly Category[];
  /** See `Feature.version`. */
  readonly version?: string;
}

/**
 * One column for each category that the training rows hold, 1 where the row has it: a sparse block. A category that
 * was not seen in training leaves its row empty. Empty text is a category like others.
 *
 * @param source a function from a row to its category, or a {@link Transform} that has it
 * @throws OptionError when `minCount` is not a whole number of at least 1, and for a `missing` that is neither a flag
 *   nor a list of categories.
 * @throws ArtifactError when it is loaded from a state without categories.
 * @throws FeatureError if a row's category is something else (undefined, NaN … without `missing`), naming the row.
 * @example
 * oneHot((flight: Flight) => flight.origin, { minCount: 20, missing: ['', 'unknown'] });
 */
export function oneHot<Row>(
  source: Source<Row, Category | null | undefined>,
  options: OneHotOptions & { readonly missing: true | readonly Category[] },
): Feature<Row>;
export function oneHot<Row>(source: Source<Row, Category>, options?: OneHotOptions): Feature<Row>;
export function oneHot<Row>(
  source: Source<Row, Category | null | undefined>,
  options: OneHotOptions = {},
): Feature<Row> {
  checkKeys(options, ['minCount', 'missing', 'version']);
  checkSource(source);
  const { minCount = 1, missing = false, version } = options;
  checkWhole('minCount', minCount, 1);
  const isList = Array.isArray(missing);
  if (!isList) checkFlag('missing', missing, 'true, false or a list of categories');
  else if (!missing.every(isCategory))
    throw new OptionError(
      'missing',
      `expected strings, finite numbers or booleans, got ${missing.map(show).join(', ')}`,
    );
  const reading: Reading<Row> = {
    source,
    missing: missing === false ? undefined : new Set(isList ? missing : []),
  };
  return {
    kind: 'oneHot',
    reads: readsOf(source),
    steps: stepsOf(source, 'oneHot'),
    ...rowCheck(source, (value) =>
      isCategory(value) || isMissing(value, reading.missing) ? undefined : noCategory(value),
    ),
    version,
    options: { minCount, missing, ...statedSource(source) },
    ...learning(() => learn(reading, minCount)),
    load({ json }) {
      if (
        !Array.isArray(json) ||
        !json.every((each) => isCategory(each) || (reading.missing && each === null)) ||
        new Set(json).size !== json.length
      )
        throw new ArtifactError('damaged', 'the state of a oneHot feature has no categories');
      return fitted(reading, json);
    },
  };
}

/** A category, or null, the missing one. */
type Known = Category | null;

interface Reading<Row> {
  readonly source: Source<Row, Category | null | undefined>;
  /** Values that count as missing, beyond null, undefined and NaN; undefined if no value may be missing. */
  readonly missing: ReadonlySet<unknown> | undefined;
}

function learn<Row>(reading: Reading<Row>, minCount: number): BatchFit<Row> {
  const counts = new Map<Known, number>();
  let rows = 0;
  return {
    add(view) {
      rows += view.length;
      for (const category of categoriesOf(view, reading))
        counts.set(category, (counts.get(category) ?? 0) + 1);
    },
    end() {
      const kept = [...counts.keys()].filter((category) => (counts.get(category) ?? 0) >= minCount);
      const few = `no category is left: none of ${counts.size} is held by minCount: ${minCount} of ${rows} rows. Lower minCount`;
      return fitted(reading, kept.sort(inOrder), kept.length === 0 ? few : undefined);
    },
  };
}

function fitted<Row>(
  reading: Reading<Row>,
  categories: readonly Known[],
  empty?: string,
): FittedFeature<Row> {
  const columnOf = new Map(categories.map((category, column) => [category, column]));
  const blockOf = (values: readonly Known[]) => {
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
    empty,
    compute: (view) => blockOf(categoriesOf(view, reading)),
    warm: () => blockOf(categories.slice(0, 1)),
    state: { json: categories, tensors: {} },
  };
}

function isCategory(value: unknown): value is Category {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function categoriesOf<Row>(view: RowView<Row>, { source, missing }: Reading<Row>): readonly Known[] {
  const values = view.read(source);
  return values.map((value, i) => {
    if (isMissing(value, missing)) return null;
    if (isCategory(value)) return value;
    throw new FeatureError('', view.at(i), noCategory(value));
  });
}

function isMissing(value: unknown, missing: ReadonlySet<unknown> | undefined): boolean {
  return missing !== undefined && (isNothing(value) || missing.has(value));
}

function noCategory(value: unknown): string {
  const hint = isNothing(value) ? '. Where categories may be missing, give the feature missing: true' : '';
  return `expected a string, a finite number or a boolean, got ${show(value)}${hint}`;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * An order of the categories themselves, so that the order of the training rows decides nothing; the missing one
 * last.
 */
function inOrder(a: Known, b: Known): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return a < b ? -1 : 1;
}
