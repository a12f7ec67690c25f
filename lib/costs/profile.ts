import { type FeatureSet, fidelityName, type Transform } from '../features/define/index.js';
import { type Cost, FREE } from './cost.js';
import type { Importance } from './importance.js';

/** Cost and importance of one feature. Plain data. */
export interface FeatureProfile {
  /** Its own cost, without the transforms that it reads. */
  readonly cost: Cost;
  /** Numbers a row that a model reads: columns, or the mean count of nonzeros. */
  readonly entries: number;
  readonly importance?: Importance;
  /** The transforms that it reads, ancestors included: keys of `Profile.transforms`. */
  readonly reads: readonly string[];
  /** The same of the feature where one of its fidelities was computed before: what that has done isn't done again. */
  readonly goingOn?: Pick<FeatureProfile, 'cost' | 'reads'> | undefined;
  /** Its fidelities that have costs of their own, by what follows '@', in their order. @defaultValue none */
  readonly fidelities?: readonly string[] | undefined;
}

/** The cost of running a learner's models: `fixed` a batch, and a row `perRow + perEntry x entries`. Microseconds. */
export interface InferenceCost {
  /** Microseconds a batch, and on top a row and a number stored in its blocks. */
  readonly fixed: number;
  readonly perRow: number;
  readonly perEntry: number;
  /** For an ensemble: the share of a row's cost that is paid however few rounds run. @defaultValue 0 */
  readonly opening?: number;
  /** Money a row, of models that were trained elsewhere. @defaultValue 0 */
  readonly price?: number;
  /** As {@link Cost.growth}. @defaultValue 0 */
  readonly growth?: number;
  /**
   * For batches of these sizes, ascending, values that replace `perRow` and `perEntry`, a batch's
   * fixed part included.
   */
  readonly batches?: readonly { readonly rows: number; readonly perRow: number; readonly perEntry: number }[];
}

/** Microseconds a row that exit rules take, by their parts. */
export interface ExitCosts {
  /** By calibration, beyond `identity`. */
  readonly calibration: Readonly<Record<string, number>>;
  /** By exit score, deciding on an answer included. */
  readonly score: Readonly<Record<string, number>>;
}

/** The engine's own cost of going through stages, beside features and models. Microseconds. */
export interface EngineCost {
  /** For a row, once: it is taken into a batch, and its answer and scores are written. */
  readonly perRow: number;
  /** For a row and each stage after its first. */
  readonly perStage: number;
  /**
   * For each value that was computed for a row, and each stage after its first: blocks are cut to
   * the rows that continue.
   */
  readonly perEntry: number;
}

/**
 * All measurements of a pipeline. Plain data: the same rows, seed and profile give the same plan,
 * bit for bit, which a new measurement can't.
 */
export interface Profile<Name extends string = string> {
  /** By name; also the fidelities of features that were tried, as `words@256`. */
  readonly features: Readonly<Record<Name, FeatureProfile>>;
  readonly transforms: Readonly<Record<string, Cost>>;
  /** By the name of the learner. */
  readonly models: Readonly<Record<string, InferenceCost>>;
  /** The full model's own cost, without features; absent if only features were profiled. */
  readonly full?: Cost;
  /** For a full model that is an ensemble, as {@link InferenceCost.opening}. @defaultValue 0 */
  readonly opening?: number;
  /** @defaultValue nothing */
  readonly exits?: ExitCosts;
  /** @defaultValue nothing */
  readonly engine?: EngineCost;
}

/** The numbers of rows of all batches that were measured, ascending; none where costs are assumed. */
export function measuredSizes({ features, transforms, models, full }: Profile): number[] {
  const costs = [
    ...Object.values(features).map(({ cost }) => cost),
    ...Object.values(transforms),
    ...Object.values(models),
    ...(full === undefined ? [] : [full]),
  ];
  const sizes = new Set(costs.flatMap(({ batches = [] }) => batches.map(({ rows }) => rows)));
  return [...sizes].sort((a, b) => a - b);
}

/** A feature set's transforms, ancestors included, each under a key of its own, in the order of first use. */
export function transformsOf<Row>(features: FeatureSet<Row>): Map<Transform<Row, unknown>, string> {
  const keys = new Map<Transform<Row, unknown>, string>();
  for (const name of features.names) {
    for (const transform of withAncestors(features.get(name).reads)) {
      if (!keys.has(transform)) keys.set(transform, `${keys.size + 1}. ${transform.name}`);
    }
  }
  return keys;
}

/** The transforms with all their inputs, each after its parent. */
export function withAncestors<Row>(
  transforms: readonly Transform<Row, unknown>[],
): Transform<Row, unknown>[] {
  const line = (transform: Transform<Row, unknown>): Transform<Row, unknown>[] =>
    transform.parent === undefined ? [transform] : [...line(transform.parent), transform];
  return [...new Set(transforms.flatMap(line))];
}

/**
 * The costs of computing `wanted` if `paid` is computed already: each feature and each shared
 * transform once, however many read it.
 */
export function featureCosts(
  profile: Profile,
  wanted: readonly string[],
  paid: readonly string[] = [],
): Cost[] {
  const known = new Set(paid);
  const read = new Set(paid.flatMap((name) => profile.features[name].reads));
  const costs: Cost[] = [];
  for (const name of wanted) {
    const { cost, reads } = partOf(profile, name, paid);
    if (!known.has(name)) costs.push(cost);
    known.add(name);
    for (const key of reads) {
      if (!read.has(key)) costs.push(profile.transforms[key]);
      read.add(key);
    }
  }
  return costs;
}

function partOf({ features }: Profile, name: string, paid: readonly string[]) {
  const { goingOn = features[name] } = features[name];
  return paid.some((other) => other.startsWith(fidelityName(name, ''))) ? goingOn : features[name];
}

/** The cost of running a learner's model over these features. */
export function modelCost(profile: Profile, learner: string, names: readonly string[]): Cost {
  const { fixed, perRow, perEntry, growth = 0, batches, price = 0 } = profile.models[learner];
  const entries = entriesOf(profile, names);
  return {
    ...FREE,
    fixed,
    perRow: perRow + perEntry * entries,
    growth,
    price,
    ...(batches && {
      batches: batches.map((at) => ({ rows: at.rows, time: at.rows * (at.perRow + at.perEntry * entries) })),
    }),
  };
}

/** The name under which a profile has the cost of one class's margin of a learner's linear models. */
export function marginsOf(learner: string): string {
  return `${learner}, margins`;
}

/** Numbers a row that these features give, on average. */
export function entriesOf(profile: Profile, names: readonly string[]): number {
  return names.reduce((total, name) => total + profile.features[name].entries, 0);
}

/** The cost of an exit rule for a row; 0 for parts that the profile lacks. */
export function exitCost(
  { exits }: Profile,
  { calibration, score }: { readonly calibration: string; readonly score: string },
): Cost {
  return { ...FREE, perRow: (exits?.calibration[calibration] ?? 0) + (exits?.score[score] ?? 0) };
}
