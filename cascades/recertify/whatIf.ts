import { checkKeys, checkOneOf, show } from '../../lib/check.js';
import { evenWeights, type Objective, type Profile } from '../../lib/costs/index.js';
import { MissingEvidence, OptionError } from '../../lib/errors.js';
import type { AtFidelity } from '../../lib/features/define/index.js';
import { REASONS } from '../../lib/report/words/index.js';
import { unchanged } from '../certification/index.js';
import { type Chain, costAtLoss, pathOf, thresholdsAtLoss } from '../chain/index.js';
import { stageCosts } from '../costs/index.js';
import { expectedAllowance } from '../losses/index.js';
import {
  type CascadeParts,
  expectedPlans,
  planningOf,
  planOf,
  servedPath,
  type Tuning,
  thrifty,
  thriftyPath,
  tunedStages,
  usesOf,
  withoutStages,
} from '../plan/index.js';
import { checkProfilePrices } from '../problem/index.js';
import { type Certificate, type Label, widthOf } from '../types/index.js';
import { unpromisedUnder } from './explore.js';
import { type CostChange, withOtherCosts } from './otherCosts.js';

/** Changes to try: the objective, and costs of features. */
export interface WhatIf<Name extends string = string> {
  readonly objective?: Objective;
  /** By the names of features; their cheaper versions change alike, unless they are named, too. */
  readonly costs?: Partial<Readonly<Record<AtFidelity<Name>, CostChange>>>;
}

const OBJECTIVES: readonly Objective[] = ['throughput', 'latency', 'price'];

/**
 * The same stages under other costs: a new path through the stages' answers to the tuning rows, and the plan on it
 * that is expected to pass. Exits are counted on the certification rows, as for tested plans; no loss is read from
 * them, and nothing is promised.
 */
export function withCosts<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  change: WhatIf<Name>,
): CascadeParts<Row, L, Name> {
  checkWhatIf(change, parts.profile);
  const { evidence, classes, reads } = parts;
  const { objective = parts.objective } = change;
  const stages = tunedStages(parts);
  if (evidence?.tuning === undefined || stages === undefined) {
    throw new MissingEvidence(
      'a what-if needs what the stages answered to the tuning rows: nothing was tested, or a file was ' +
        'written without; use save(path, { evidence: true })',
    );
  }
  const { tuning, sample } = evidence;
  const own = servedPath(parts);
  const rows = tuning.sizes.length;
  const profile = withOtherCosts(parts.profile, change.costs ?? {});
  if (objective === 'price') checkProfilePrices('whatIf.objective', profile, reads);
  const even = evenWeights(rows);
  const target = targetNow(tuning, parts.certificate);
  const laid = cheapestPart(
    stages.length,
    (part) => {
      const some = stages.filter((_, s) => part.has(s));
      const costs = stageCosts(profile, some, reads, objective, even, rows);
      return { stages: some, costs, rows, width: widthOf(classes) };
    },
    target,
  );
  const planning = planningOf(parts, profile, objective, tuning.sizes);
  const path = thriftyPath(planning, laid.stages, pathOf(laid));
  const aggressive = thrifty(planning, laid.stages, thresholdsAtLoss(laid, target));
  const made = [...path, aggressive].map((thresholds) => planOf(planning, laid.stages, thresholds));
  const usesOfAll = made.map((each) => usesOf(own.stages, each));
  const all = expectedPlans(parts, made, usesOfAll, profile, objective);
  const [plans, [best]] = [all.slice(0, -1), all.slice(-1)];
  const plan = best.expected.cost < best.expected.fullCost ? best : withoutStages(best);
  const uses = usesOfAll.slice(0, -1);
  const anew = {
    ...parts,
    profile,
    objective,
    ...(objective !== parts.objective && { whyObjective: "as 'whatIf.objective' says" }),
    evidence: {
      path: {
        ...own,
        plans,
        uses,
        band: [],
        observed: plans.map(() => unchanged(0, classes)),
        tallies: plans.map(() => ({ n: 0, lost: 0 })),
        changes: undefined,
      },
      tuning,
      sample,
    },
  };
  return unpromisedUnder(anew, plan, REASONS.otherCosts);
}

/** The loss that is expected to pass for the current epsilon. */
function targetNow({ target, epsilon, units }: Tuning, now: Certificate): number {
  const at = (limit: number) => expectedAllowance({ epsilon: limit, delta: now.delta }, units, now.unit);
  const before = at(epsilon);
  return before > 0 ? (target * at(now.epsilon)) / before : target;
}

/** The chain of some of the stages that costs least: one may not be worth its costs any more. */
function cheapestPart(count: number, chainOf: (part: ReadonlySet<number>) => Chain, target: number): Chain {
  const all = Array.from({ length: count }, (_, s) => s);
  const parts = Array.from({ length: 2 ** count - 1 }, (_, mask) =>
    chainOf(new Set(all.filter((s) => ((mask + 1) >> s) & 1))),
  );
  const costs = parts.map((chain) => costAtLoss(chain, target));
  return parts[costs.lastIndexOf(Math.min(...costs))];
}

function checkWhatIf<Name extends string>(change: WhatIf<Name>, profile: Profile<Name>) {
  checkKeys(change, ['objective', 'costs'], 'whatIf.');
  const { objective, costs } = change;
  if (objective !== undefined) checkOneOf('whatIf.objective', objective, OBJECTIVES);
  if (costs !== undefined) checkKeys(costs, Object.keys(profile.features), 'whatIf.costs.');
  for (const [name, parts] of Object.entries<unknown>(costs ?? {})) {
    const where = `whatIf.costs.${name}`;
    if (typeof parts !== 'object' || parts === null) {
      throw new OptionError(where, `expected an object such as { perRow: 2 }, got ${show(parts)}`);
    }
    checkKeys(parts, ['perRow', 'fixed', 'wait', 'price'], `${where}.`);
    for (const [part, value] of Object.entries(parts)) {
      if (
        typeof value === 'number' &&
        value >= 0 &&
        value < Number.POSITIVE_INFINITY &&
        (part !== 'wait' || value <= 1)
      )
        continue;
      const range = part === 'wait' ? 'a share, 0 to 1' : 'a finite number of at least 0';
      throw new OptionError(`${where}.${part}`, `expected ${range}, got ${show(value)}`);
    }
  }
}
