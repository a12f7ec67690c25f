import { OptionError } from '../../errors.js';
import type { Feature, FittedFeature } from './feature.js';
import { checkedSteps } from './proposedNames.js';
import type { RowView, Transform } from './view.js';

/**
 * Cheaper versions of a fitted feature, for the stages of a cascade: a text's first characters, fewer tokens, a
 * coarser image. They are derived from what was fitted, so that they have its vocabulary and its weights, and the
 * full model never reads them.
 */
export interface Fidelities<in Row> {
  /**
   * Versions that may be worth a stage, by what follows '@' in their names, cheapest first: each is contained in the
   * next one, and all in the feature itself. Which they are comes from the rows alone.
   *
   * @param view rows that models are fitted on
   * @param most how many at most
   * @returns none where no version would be much cheaper
   */
  propose(view: RowView<Row>, most: number): readonly string[];
  /**
   * The feature in steps: these versions in this order, and at last the feature itself, with the same values as
   * alone. Steps of one batch share work: what a step has done for a row isn't done again by a later one.
   *
   * @param at names after '@'; with none, the feature alone
   * @throws OptionError for a name that is none, or for an order in which one isn't contained in the next
   */
  inSteps(at: readonly string[]): readonly FeatureStep<Row>[];
  /**
   * What a version is of its feature, as reports say it: `first 256 characters`. @defaultValue its name says enough
   *
   * @param at one of those that `propose` returned
   */
  inWords?(at: string): string;
}

/** A feature at one of its fidelities. */
export interface FeatureStep<in Row> {
  /** Work that steps share, those of earlier steps included: each is computed, and charged, once for a row. */
  readonly reads: readonly Transform<Row, unknown>[];
  readonly fitted: FittedFeature<Row>;
  /**
   * Whether the feature itself, as the last step, doesn't do again what this step has computed of a row, although no
   * transform has it. @defaultValue false
   */
  readonly handsOn?: boolean | undefined;
  /** In what it differs from the feature. @defaultValue in nothing */
  readonly own?: Partial<Pick<Feature<Row>, 'price' | 'tolerance' | 'live' | 'missing' | 'expensive'>>;
}

/** The fidelities of some features: names after '@', cheapest first, by the name of the feature. Plain data. */
export type FidelityNames = Readonly<Record<string, readonly string[]>>;

/** Fidelities of features, at most: each is work to derive, whether a stage reads it or not. */
export const MOST_FIDELITIES = 64;

/** Which of its steps a fitted feature is: of those that `inSteps(at)` gives, the one at `step`. Plain data. */
export interface StepPlace {
  readonly at: readonly string[];
  readonly step: number;
}

/** Features by name, and their versions. */
export type AtFidelity<Name extends string> = Name | `${Name}@${string}`;

/** What a feature is called at a fidelity: `body@256`. */
export function fidelityName<Name extends string>(feature: Name, at: string): `${Name}@${string}` {
  return `${feature}@${at}` as const;
}

/** The feature and its fidelity by a name, among those that there are; undefined for the name of a feature. */
export function fidelityOf(
  name: string,
  fidelities: FidelityNames,
): { readonly feature: string; readonly step: number } | undefined {
  for (const [feature, at] of Object.entries(fidelities)) {
    const step = at.findIndex((each) => fidelityName(feature, each) === name);
    if (step >= 0) return { feature, step };
  }
  return undefined;
}

/** The place of a feature, or of a fidelity, among its steps; undefined for one that has no fidelities here. */
export function placeOf(name: string, fidelities: FidelityNames): StepPlace | undefined {
  const of = fidelityOf(name, fidelities);
  if (of !== undefined) return { at: fidelities[of.feature], step: of.step };
  const at = Object.hasOwn(fidelities, name) ? fidelities[name] : [];
  return at.length === 0 ? undefined : { at, step: at.length };
}

/** The fitted feature at a place; undefined if it has no such step. */
export function stepAt<Row>(
  { fidelities }: FittedFeature<Row>,
  { at, step }: StepPlace,
): FittedFeature<Row> | undefined {
  return fidelities?.inSteps(at).at(step)?.fitted;
}

/**
 * The feature that a name is of, which may be one of its fidelities' names.
 *
 * @param names of all features
 * @returns undefined where there is none
 */
export function featureOf(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return name;
  const owners = names.filter((each) => name.startsWith(fidelityName(each, '')));
  return owners.sort((a, b) => b.length - a.length).at(0);
}

/** A fitted feature, or a version of one, by its name. */
export interface SteppedFeature<in Row> extends Partial<FeatureStep<Row>> {
  readonly name: string;
  readonly fitted: FittedFeature<Row>;
}

/**
 * Fitted features with their fidelities: the features in their order, those with versions as their last step, and
 * after all of them the versions, by feature and cheapest first.
 *
 * @returns `reads` only for steps: other features read what they always do
 * @throws OptionError for versions of a feature that isn't there, or has none, and as `inSteps` does; FeatureError for
 *   steps that are none
 */
export function inFidelities<Row>(
  features: readonly Pick<SteppedFeature<Row>, 'name' | 'fitted'>[],
  fidelities: FidelityNames,
): readonly SteppedFeature<Row>[] {
  for (const name of Object.keys(fidelities)) {
    if (features.find((feature) => feature.name === name)?.fitted.fidelities === undefined)
      throw new OptionError(`fidelities.${name}`, 'no feature of this name has versions');
  }
  const versions: SteppedFeature<Row>[] = [];
  const bases = features.map(({ name, fitted }): SteppedFeature<Row> => {
    const at = Object.hasOwn(fidelities, name) ? fidelities[name] : [];
    if (at.length === 0 || fitted.fidelities === undefined) return { name, fitted };
    const steps = checkedSteps(name, fitted.fidelities, fitted.columns, at);
    at.forEach((each, step) => {
      versions.push({ name: fidelityName(name, each), ...steps[step] });
    });
    const last = steps[at.length];
    return { name, ...last, fitted: asLastStep(fitted, last.fitted) };
  });
  return [...bases, ...versions];
}

const lastSteps = new WeakSet<object>();

/** A feature that computes as its last step does: what a file keeps of it is its own. */
export function asLastStep<Row>(feature: FittedFeature<Row>, last: FittedFeature<Row>): FittedFeature<Row> {
  if (lastSteps.has(last)) return last;
  const { columns, reportsRequests } = last;
  const step: FittedFeature<Row> = {
    columns,
    reportsRequests,
    compute: (view, context) => last.compute(view, context),
    get state() {
      return feature.state;
    },
    get empty() {
      return feature.empty;
    },
    get octets() {
      return feature.octets;
    },
    ...(last.warm && { warm: last.warm.bind(last) }),
    ...(last.counts && { counts: last.counts.bind(last) }),
  };
  lastSteps.add(step);
  return step;
}
