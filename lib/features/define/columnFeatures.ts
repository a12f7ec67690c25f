import { list, text } from '../../data/artifact/index.js';
import { ArtifactError, OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import { column, columns } from './column.js';
import { define, type FeatureSet } from './define.js';
import type { Feature } from './feature.js';
import { type Category, oneHot } from './oneHot.js';
import { counts, tfidf } from './tfidf.js';

/** A feature as a file names it. */
export interface StoredFeature {
  readonly name: string;
  readonly kind: string;
  readonly version: string | null;
  /** As it stated them; a default that is no value is null. */
  readonly options: JsonValue;
}

type Options = Readonly<Record<string, unknown>>;

/** Each is made as a program would make it: what a file has for options is checked as a program's are. */
const KINDS: ReadonlyMap<string, (options: Options) => Feature<object>> = new Map([
  ['column', ({ column: name, ...options }: Options) => column(text(name, 'column'), options)],
  ['columns', ({ columns: names, ...options }) => columns(list(text)(names, 'columns'), options)],
  ['oneHot', ({ column: name, ...options }) => oneHot(column<Category>(text(name, 'column')), options)],
  ['tfidf', ({ column: name, ...options }) => tfidf(column(text(name, 'column')), options)],
  ['counts', ({ column: name, ...options }) => counts(column(text(name, 'column')), options)],
]);

/**
 * The features of a file, where what it says of them is enough: all of them read columns by their names. Nothing is
 * evaluated.
 *
 * @param path what errors call the file
 * @throws OptionError for `features`, naming the first feature that code makes; ArtifactError for options that none has
 */
export function columnFeatures<Row, Name extends string>(
  path: string,
  stored: readonly StoredFeature[],
): FeatureSet<Row, Name>;
export function columnFeatures(path: string, stored: readonly StoredFeature[]): FeatureSet<object> {
  return define(Object.fromEntries(stored.map((each) => [each.name, featureOf(path, each)])));
}

function featureOf(path: string, { name, kind, version, options }: StoredFeature): Feature<object> {
  const make = KINDS.get(kind);
  // Defaults without a value, and the engine's Unicode, are stated, and aren't given.
  const { unicode: _, ...given } = Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== null),
  );
  if (make === undefined || !('column' in given || 'columns' in given)) {
    const reads = make === undefined ? `is of the kind '${kind}'` : 'reads rows by a function';
    throw new OptionError(
      'features',
      `missing; features come from code: load(path, { features }). ${path} alone doesn't tell feature '${name}', which ${reads}`,
    );
  }
  try {
    return make({ ...given, ...(version !== null && { version }) });
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof ArtifactError)) throw error;
    throw new ArtifactError('damaged', `${path}: feature '${name}': ${error.message}`, { cause: error });
  }
}
