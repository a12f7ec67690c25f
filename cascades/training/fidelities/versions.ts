import { consecutive, difference } from '../../../lib/data/blocks/index.js';
import type { Rows } from '../../../lib/data/rows/index.js';
import { UnstableFeature } from '../../../lib/errors.js';
import {
  type Feature,
  type FeatureSet,
  type FidelityNames,
  fidelityName,
  fidelitySet,
  inFidelities,
  RowView,
  sameWithin,
  TOLERANCE,
  versionOf,
} from '../../../lib/features/define/index.js';
import { computeAll, type NamedFeature, runAsync } from '../../../lib/run/runtime/index.js';
import type { Tracker } from '../../scoring/index.js';

/** Fitted features with versions of them: what to compute and what to measure. */
export interface Versions<Row> {
  readonly names: FidelityNames;
  /** Versions whose work their features go on from. */
  readonly handingOn: ReadonlySet<string>;
  /** The features, those with versions as their last step, and after them the versions: they share their work. */
  readonly stepped: readonly NamedFeature<Row>[];
  /**
   * Definitions of all that has a cost of its own, features first: also of features as last steps, by
   * {@link wholeName}, except where computing these is to be avoided.
   */
  readonly set: FeatureSet<Row>;
  /** What is measured beside the features, in the order of `set`: versions, and features as last steps. */
  readonly measured: readonly NamedFeature<Row>[];
}

/** What a feature is called where it goes on from its versions. */
export function wholeName(feature: string): string {
  return fidelityName(feature, '');
}

/** @throws OptionError for versions that a feature hasn't, or in no order */
export function versionsOf<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  names: FidelityNames,
): Versions<Row> {
  const steps = inFidelities(fitted, names);
  const patience = fitted.find((feature) => feature.patience)?.patience;
  const stepped = steps.map((step) => ({ ...step, patience }));
  const defined: FeatureSet<Row> = fidelitySet(features, steps, names);
  const wholes = new Map<string, Feature<Row>>();
  const last: NamedFeature<Row>[] = [];
  for (const step of stepped.slice(0, fitted.length)) {
    if (!Object.hasOwn(names, step.name) || isAvoided(features.get(step.name))) continue;
    wholes.set(wholeName(step.name), versionOf(features.get(step.name), step));
    last.push({ ...step, name: wholeName(step.name) });
  }
  return {
    names,
    handingOn: new Set(steps.flatMap(({ name, handsOn }) => (handsOn ? [name] : []))),
    stepped,
    set: {
      names: [...defined.names, ...wholes.keys()],
      get: (name) => wholes.get(name) ?? defined.get(name),
    },
    measured: [...stepped.slice(fitted.length), ...last],
  };
}

/** The same with fewer versions: what they are made from stays as it is. */
export function withFewer<Row>(versions: Versions<Row>, names: FidelityNames): Versions<Row> {
  const dropped = new Set(
    Object.entries(versions.names).flatMap(([feature, all]) => {
      const left = Object.hasOwn(names, feature) ? names[feature] : [];
      const own = all.filter((at) => !left.includes(at)).map((at): string => fidelityName(feature, at));
      return left.length === 0 ? [...own, wholeName(feature)] : own;
    }),
  );
  const isLeft = ({ name }: { readonly name: string }) => !dropped.has(name);
  return {
    ...versions,
    names,
    stepped: versions.stepped.filter(isLeft),
    set: { ...versions.set, names: versions.set.names.filter((name) => isLeft({ name })) },
    measured: versions.measured.filter(isLeft),
  };
}

/** Whether a feature's rows aren't computed more often than necessary, or are others each time. */
function isAvoided<Row>({ price = 0, expensive = false, live = false }: Feature<Row>): boolean {
  return price > 0 || expensive || live;
}

const COMPARED = 32;

/** Rows on which features as last steps are compared with themselves: the first of all. */
export function nestedRows(count: number): Int32Array {
  return consecutive(0, Math.min(COMPARED, count));
}

/**
 * Compares features that go on from their versions with the same alone.
 *
 * @throws UnstableFeature where a number differs
 */
export async function checkNested<Row>(
  { set, measured }: Versions<Row>,
  fitted: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  { signal, requests }: Tracker,
): Promise<void> {
  const wholes = fitted.filter(({ name }) => set.names.includes(wholeName(name)));
  if (wholes.length === 0) return;
  const steps = measured.filter(({ name }) => !wholes.some((whole) => wholeName(whole.name) === name));
  const last = wholes.flatMap(({ name }) => measured.filter((step) => step.name === wholeName(name)));
  const taken = await rows.take(nestedRows(rows.length), signal);
  const compute = (features: readonly NamedFeature<Row>[]) => {
    const computing = { origin: (row: number) => rows.origin[row], onRequest: requests?.feature };
    return runAsync(computeAll(features, RowView.of(taken), computing));
  };
  const alone = await compute(wholes);
  const all = await compute([...steps, ...last]);
  wholes.forEach(({ name }, f) => {
    const { tolerance = TOLERANCE } = set.get(name);
    const after = all[steps.length + f];
    for (let row = 0; row < taken.length; row++) {
      const isSame = (a: number, b: number) => sameWithin(a, b, tolerance);
      const found = difference(alone[f], row, after, row, isSame);
      if (found === undefined) continue;
      const { column, one, other } = found;
      throw new UnstableFeature(
        name,
        rows.origin[row],
        `column ${column} is ${one} alone, and ${other} after its cheaper versions (tolerance ${tolerance}). The last step ` +
          "of a feature must give what the feature gives: correct 'fidelities', or set tune's fidelities: false",
        { column, batch: one, alone: other, rows: taken.length, tolerance },
      );
    }
  });
}
