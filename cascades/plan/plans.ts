import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { Decision } from '../../lib/exits/index.js';
import type { Objective, Profile } from '../../lib/profile/index.js';
import { type Candidate, meanOf, outcomeOf, type Thresholds } from '../chain/index.js';
import { batchOverhead } from '../costs/index.js';
import { keyOf } from '../search/index.js';
import { type Label, type Plan, widthOf } from '../types/index.js';
import type { ServedStage } from './cascadeParts.js';

/** What plans over the same stages share. */
export interface Planning<L extends Label, Name extends string> {
  readonly classes: readonly L[];
  readonly decision: Decision;
  readonly names: readonly Name[];
  /** The features that the full model reads. */
  readonly reads: readonly string[];
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  /** How many rows stages have evidence on. */
  readonly rows: number;
  /** What stages cost each of them, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
}

/** A plan in print: what each stage of a chain is, and what is expected of it on rows like the tuning rows. */
export function planOf<L extends Label, Name extends string>(
  { classes, decision, names, reads, profile, objective, rows, costs }: Planning<L, Name>,
  chain: readonly Candidate[],
  thresholds: Thresholds,
): Plan<L, Name> {
  // A stage that never lets a row out changes no answer, and costs.
  const used = chain
    .map((stage, s) => ({ stage, at: thresholds[s] }))
    .filter(({ at }) => at.some(Number.isFinite));
  const stages = used.map(({ stage }) => stage);
  const served = { stages, costs: costs(stages), rows, classes: widthOf(classes) };
  const outcome = outcomeOf(
    served,
    used.map(({ at }) => at),
  );
  const counts = outcome.exits.map((_, s) => outcome.exits.slice(s).reduce((sum, count) => sum + count, 0));
  const reach = counts.map((count) => count / rows);
  const each = outcome.spent.map((sum, s) => (counts[s] > 0 ? sum / counts[s] : meanOf(served.costs[s])));
  const [alone] = costs([]);
  const cost = outcome.cost + batchOverhead(profile, stages, reads, objective, reach);
  const whole = meanOf(alone);
  const named = (wanted: readonly string[]) => names.filter((name) => wanted.includes(name));
  return {
    classes,
    decision,
    stages: used.map(({ stage, at }, i) => ({
      features: named(stage.features),
      learner: stage.learner,
      target: stage.target,
      passed: stage.passed !== undefined,
      cut: stage.cut,
      exit: stage.rule.kind,
      thresholds: Array.from(at, (threshold) => (Number.isFinite(threshold) ? threshold : null)),
      reach: reach[i],
      exits: outcome.exits[i] / rows,
      cost: each[i],
    })),
    full: { features: named(reads), reach: reach[stages.length], cost: each[stages.length] },
    expected: { cost, fullCost: whole, speedup: whole / cost },
  };
}

/**
 * A plan that somebody made or moved: its stages must be of this chain, and its answers those that the chain's exit rules
 * give.
 *
 * @throws OptionError for what is no plan, or one of other classes or another decision, and as {@link usesOf}
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
  return stages.map(({ features, cut, thresholds }) => {
    const s = chain.findIndex(
      (stage) => keyOf(stage.features) === keyOf(features) && stage.cut?.rounds === cut?.rounds,
    );
    if (s <= last) {
      const early = cut ? `, left after ${cut.rounds} rounds` : '';
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
