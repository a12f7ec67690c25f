import { insteadOfFeature, OTHER_NAME } from '#hints';
import { meant, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import type { Feature } from './feature.js';

/** Named features of one kind of row. The order of the names is the order of a model's blocks. */
export interface FeatureSet<in Row, out Name extends string = string> {
  readonly names: readonly Name[];
  /** @throws OptionError for a name that none has */
  get(name: Name): Feature<Row>;
}

/**
 * Names the features of a pipeline.
 *
 * If the accessors declare the row's type, names become types, and a name misspelt later doesn't
 * compile. In `define<Mail>({ … })` the accessors needn't declare it, and names are plain strings:
 * TypeScript infers either all of a call's type arguments or none.
 *
 * @param features by the names that stages, plans and errors call them
 * @throws OptionError for no features, for a value that isn't a feature, by its name, and for one
 * of the name `__proto__`.
 * @example
 * const features = define({
 *   length: dense(1, (mails: readonly Mail[]) => Float32Array.from(mails, (mail) => mail.body.length)),
 *   words: tfidf((mail: Mail) => mail.body, { maxFeatures: 10_000 }),
 * });
 */
export function define<Row, const Name extends string = string>(
  features: Readonly<Record<Name, Feature<Row>>>,
): FeatureSet<Row, Name> {
  if (typeof features !== 'object' || features === null || Array.isArray(features)) {
    throw new OptionError('features', `expected named features, { name: tfidf(…) }, got ${show(features)}`);
  }
  const names: Name[] = [];
  const byName = new Map<string, Feature<Row>>();
  for (const name in features) {
    // `{ __proto__: feature }` names nothing: the object inherits from the feature, and its members would be features.
    if (name === '__proto__' || !Object.hasOwn(features, name)) {
      throw new OptionError(
        'features',
        `expected an object whose own keys are names of features${OTHER_NAME}`,
      );
    }
    checkFeature(name, features[name]);
    names.push(name);
    byName.set(name, features[name]);
  }
  if (names.length === 0) throw new OptionError('features', 'expected at least one named feature, got none');
  return {
    names,
    get(name) {
      const feature = byName.get(name);
      if (feature === undefined) {
        throw new OptionError(
          'features',
          `no feature is named '${name}'; there are ${names.join(', ')}${meant(name, names)}`,
        );
      }
      return feature;
    },
  };
}

function checkFeature(name: string, feature: unknown): void {
  if (typeof feature === 'object' && feature !== null) {
    if ('fit' in feature && typeof feature.fit === 'function' && 'kind' in feature)
      if ('reads' in feature && Array.isArray(feature.reads)) return;
  }
  throw new OptionError(
    `features.${name}`,
    `expected a feature, got ${show(feature)}${insteadOfFeature(feature)}`,
  );
}
