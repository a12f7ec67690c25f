import { OTHER_COLUMNS } from '#hints';
import { meant } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import {
  changesOf,
  type FeatureSet,
  type FidelityNames,
  fidelityName,
  inFidelities,
  type SteppedFeature,
} from '../../lib/features/define/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { JsonValue, State } from '../../lib/util/state.js';
import { guarded, requiredState, retrained } from './pieces.js';
import { type Sharing, UNSHARED } from './sharing.js';

/** A feature as a file names it. */
export interface FeatureTerms {
  readonly name: string;
  readonly kind: string;
  readonly version: string | null;
  /** Options that change its values, as it states them; null if it states none. */
  readonly options: JsonValue;
  /** Numbers a row. */
  readonly columns: number;
  /** Its fidelities that stages read, by their names after '@', cheapest first. @defaultValue none */
  readonly fidelities?: readonly string[] | undefined;
}

/** The fidelities that the terms of features name. */
export function storedFidelities(terms: readonly Pick<FeatureTerms, 'name' | 'fidelities'>[]): FidelityNames {
  return Object.fromEntries(
    terms.flatMap(({ name, fidelities = [] }) =>
      fidelities.length > 0 ? [[name, fidelities] as const] : [],
    ),
  );
}

/** @param fitted without fidelities, which stand in the terms of their features */
export function featureTerms<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  fidelities: FidelityNames = {},
): FeatureTerms[] {
  return fitted.map(({ name, fitted: { columns } }) => {
    const { kind, version, options } = features.get(name);
    const own = Object.hasOwn(fidelities, name) ? fidelities[name] : [];
    return {
      name,
      kind,
      version: version ?? null,
      options: options ?? null,
      columns,
      ...(own.length > 0 && { fidelities: own }),
    };
  });
}

/**
 * The features of a file, from their states; their fidelities are derived from these again, and come after them all.
 *
 * @returns also features of another version or with other options, and those changes in words
 * @throws ArtifactError if they are others
 */
export function loadFeatures<Row>(
  path: string,
  stored: readonly FeatureTerms[],
  features: FeatureSet<Row>,
  states: Record<string, State>,
  sharing: Sharing = UNSHARED,
): {
  readonly fitted: readonly SteppedFeature<Row>[];
  readonly renewed: string[];
  readonly changes: string[];
} {
  const renewed: string[] = [];
  const renewedBy = new Map<string, string[]>();
  const fitted = stored.map((was): NamedFeature<Row> => {
    const feature = matching(path, was, features);
    const own = changesOf(feature, { version: was.version ?? undefined, options: was.options ?? undefined });
    if (own.length > 0) {
      renewed.push(was.name);
      for (const change of own) renewedBy.set(change, [...(renewedBy.get(change) ?? []), `'${was.name}'`]);
    }
    const state = requiredState(path, states, `feature ${was.name}`);
    const loaded = guarded(path, `feature '${was.name}'`, () =>
      sharing.feature(was.name, feature, state, () => feature.load(state)),
    );
    if (loaded.columns !== was.columns) {
      throw retrained(
        path,
        `feature '${was.name}' has ${loaded.columns} columns now, ${was.columns} when it was saved${OTHER_COLUMNS}`,
      );
    }
    return { name: was.name, fitted: loaded };
  });
  const extra = features.names.filter((name) => !stored.some((was) => was.name === name));
  if (extra.length > 0) throw retrained(path, `was made without the features ${extra.join(', ')}`);
  const steps = stored.map((was, f) => stepsOf(path, was, fitted[f]));
  const versions = steps.flatMap(([, ...own]) => own);
  // All features of a pipeline change at once, by the same words.
  const changes = [...renewedBy].map(
    ([change, names]) => `feature${names.length > 1 ? 's' : ''} ${names.join(', ')}: ${change}`,
  );
  return { fitted: [...steps.map(([feature]) => feature), ...versions], renewed, changes };
}

/**
 * A feature, and the fidelities that a file has of it.
 *
 * @throws ArtifactError if it lacks them now
 */
function stepsOf<Row>(
  path: string,
  { name, kind, fidelities = [] }: FeatureTerms,
  fitted: NamedFeature<Row>,
): readonly SteppedFeature<Row>[] {
  if (fidelities.length === 0) return [fitted];
  try {
    return guarded(path, `feature '${name}'`, () => inFidelities([fitted], { [name]: fidelities }));
  } catch (cause) {
    if (!(cause instanceof OptionError)) throw cause;
    const read = fidelities.map((at) => fidelityName(name, at)).join(', ');
    const why = fitted.fitted.fidelities ? cause.message : `this ${kind} feature has no fidelities`;
    throw retrained(path, `has stages that read ${read}: ${why}; define feature '${name}' as it was`);
  }
}

function matching<Row>(path: string, was: { name: string; kind: string }, features: FeatureSet<Row>) {
  if (!features.names.includes(was.name)) {
    const there = `${features.names.join(', ')}${meant(was.name, features.names)}`;
    throw retrained(path, `needs a ${was.kind} feature '${was.name}'; there are ${there}`);
  }
  const feature = features.get(was.name);
  if (feature.kind !== was.kind) {
    throw retrained(
      path,
      `feature '${was.name}' is a ${feature.kind} feature now, was ${was.kind}: define it as it was`,
    );
  }
  return feature;
}
