import { show } from '../../lib/check.js';
import { costOf, evenWeights } from '../../lib/costs/index.js';
import { OptionError } from '../../lib/errors.js';
import { type FidelityNames, fidelityNames } from '../../lib/features/define/index.js';
import type { Decision } from '../../lib/learn/exits/index.js';
import { type AnsweredStage, keyOf, type Thresholds } from '../chain/index.js';
import { type CostedStage, stageCosts, stageParts } from '../costs/index.js';
import { type Label, type Plan, type ServedStage, widthOf } from '../types/index.js';
import { type Costing, costingOf, expectationOf } from './expectation.js';

/** Settings shared by plans over the same stages. */
export interface Planning<L extends Label, Name extends string> extends Costing {
  readonly classes: readonly L[];
  readonly decision: Decision;
  readonly names: readonly Name[];
  /** Versions of features that stages may read. @defaultValue none */
  readonly fidelities?: FidelityNames | undefined;
}

/**
 * The planning of stages on some rows. @param sizes the number of values in the blocks of each of
 * these rows
 */
export function planningOver<L extends Label, Name extends string>(
  of: Omit<Planning<L, Name>, 'rows' | 'costs'>,
  sizes: Float64Array,
): Planning<L, Name> {
  return { ...of, ...costingOf(of.profile, of.objective, of.reads, sizes) };
}

/**
 * Costs of stages for rows of mean size. The search for plans uses them: with real sizes thresholds
 * would fit the few large rows nearby, which is noise.
 */
export function meanCosts({ profile, reads, objective, rows }: Costing): Costing['costs'] {
  return (stages) => stageCosts(profile, stages, reads, objective, evenWeights(rows), rows);
}

/** The same costs as one number a stage, the full model last. */
export function evenCosts({ profile, reads, objective }: Costing) {
  return (stages: readonly CostedStage[]): number[] =>
    stageParts(profile, stages, reads).map((parts) => costOf(parts, objective));
}

/**
 * A plan as plain data: each stage of a chain, with expectations on rows like those of the stages'
 * evidence.
 */
export function planOf<L extends Label, Name extends string>(
  planning: Planning<L, Name>,
  chain: readonly AnsweredStage[],
  thresholds: Thresholds,
): Plan<L, Name> {
  const { classes, decision, names, fidelities = {}, reads } = planning;
  // A stage that never lets a row out changes no answer, and costs.
  const used = chain
    .map((stage, s) => ({ stage, at: thresholds[s] }))
    .filter(({ at }) => at.some(Number.isFinite));
  const of = expectationOf(
    planning,
    used.map(({ stage }) => stage),
    used.map(({ stage }) => stage.evidence),
    used.map(({ at }) => at),
  );
  const all = fidelityNames(names, fidelities);
  return {
    classes,
    decision,
    stages: used.map(({ stage, at }, s) => ({
      features: all.filter((name) => stage.features.includes(name)),
      learner: stage.learner,
      target: stage.target,
      passed: stage.passed,
      prefix: stage.prefix,
      ...(stage.readsRows && { readsRows: true }),
      exit: stage.rule.kind,
      thresholds: Array.from(at, (threshold) => (Number.isFinite(threshold) ? threshold : null)),
      ...of.stages[s],
    })),
    full: { features: names.filter((name) => reads.includes(name)), ...of.full },
    expected: of.expected,
  };
}

/**
 * A plan that somebody made or moved: its stages must be of this chain, and its answers those that the chain's exit
 * rules give.
 *
 * @throws OptionError for a value that isn't a plan, or one of other classes or another decision,
 * and as {@link usesOf}
 */
export function checkPlan(own: Plan, chain: readonly ServedStage[], plan: unknown): void {
  if (!isPlan(plan)) throw new OptionError('plan', `expected a plan of this cascade, got ${show(plan)}`);
  if (!isSame(plan.classes, own.classes)) {
    throw new OptionError(
      'plan.classes',
      `${show(plan.classes)}; they are this cascade's own, ${own.classes.map(show).join(', ')}, in that order`,
    );
  }
  if (!isSame(plan.decision, own.decision)) {
    throw new OptionError(
      'plan.decision',
      'differs from this cascade’s; another decision takes another tune',
    );
  }
  usesOf(chain, plan);
}

function isPlan(value: unknown): value is Plan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'stages' in value &&
    Array.isArray(value.stages) &&
    value.stages.every((stage) => Array.isArray(stage?.features) && Array.isArray(stage.thresholds)) &&
    'classes' in value &&
    Array.isArray(value.classes) &&
    'decision' in value
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The positions of a plan's stages in the chain that it is of.
 *
 * @throws OptionError for a stage that isn't of the chain, or a threshold that is none.
 */
export function usesOf(chain: readonly ServedStage[], { stages, classes }: Plan): number[] {
  let last = -1;
  return stages.map(({ features, learner, prefix, thresholds }) => {
    const s = chain.findIndex(
      (stage) =>
        keyOf(stage.features) === keyOf(features) &&
        stage.learner === learner &&
        stage.prefix?.rounds === prefix?.rounds,
    );
    if (s <= last) {
      const early = prefix ? `, left after ${prefix.rounds} rounds` : '';
      throw new OptionError(
        'plan',
        `has a stage over ${features.join(', ')}${early}, which is none of this cascade's, or out of their order`,
      );
    }
    last = s;
    const fits = thresholds.every((t) => t === null || (t >= 0 && t <= 1));
    const count = widthOf(classes);
    if (!fits || thresholds.length !== count) {
      throw new OptionError(
        'plan',
        `the stage over ${features.join(', ')} has the thresholds ${thresholds.join(', ')}; expected ${count}, one a ` +
          'class (one alone for regression), from 0 to 1, or null',
      );
    }
    return s;
  });
}

/** A plan's thresholds for every stage of the chain; stages that aren't its own let nothing out. */
export function thresholdsOf(chain: readonly ServedStage[], plan: Plan, uses: readonly number[]): Thresholds {
  const count = widthOf(plan.classes);
  return chain.map((_, s) => {
    const stage = plan.stages[uses.indexOf(s)];
    return Float64Array.from({ length: count }, (_, c) => stage?.thresholds[c] ?? Number.POSITIVE_INFINITY);
  });
}

/** The full model alone, as a plan. */
export function withoutStages<L extends Label, Name extends string>(plan: Plan<L, Name>): Plan<L, Name> {
  const { fullCost } = plan.expected;
  return {
    ...plan,
    stages: [],
    full: { ...plan.full, reach: 1, cost: fullCost },
    expected: { cost: fullCost, fullCost, speedup: 1 },
  };
}
