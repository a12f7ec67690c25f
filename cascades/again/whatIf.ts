import { checkKeys, checkOneOf, show } from '../../lib/check.js';
import { MissingEvidence, OptionError } from '../../lib/errors.js';
import {
  type Cost,
  evenWeights,
  type FeatureProfile,
  type Objective,
  type Profile,
  sizeWeights,
} from '../../lib/profile/index.js';
import {
  type Candidate,
  type Chain,
  candidateOf,
  costAtLoss,
  pathOf,
  thresholdsAtLoss,
} from '../chain/index.js';
import { type CascadeParts, planOf, usesOf, withoutStages } from '../parts/index.js';
import { unchanged } from '../promise/index.js';
import { stageCosts } from '../stages/index.js';
import type { Label } from '../terms/index.js';
import { explored } from './explore.js';

/** What might be otherwise: what is to be cheap, and what features cost. */
export interface WhatIf<Name extends string = string> {
  readonly objective?: Objective;
  /** Parts of a feature's cost that change: microseconds a row or a batch, the share that is waiting, money a row. */
  readonly costs?: Partial<
    Readonly<Record<Name, Partial<Pick<Cost, 'perRow' | 'fixed' | 'wait' | 'price'>>>>
  >;
}

const OBJECTIVES: readonly Objective[] = ['throughput', 'latency', 'price'];

/**
 * The same stages under other costs: a path is laid anew through what they would have answered to the tuning rows, and of
 * its plans the one that may be expected to pass is taken. No row is looked at that made a promise, and none is made.
 */
export function supposed<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  change: WhatIf<Name>,
): CascadeParts<Row, L, Name> {
  checkWhatIf(change, parts.profile);
  const { evidence, classes, reads, features } = parts;
  const { objective = parts.objective } = change;
  if (evidence?.tuning === undefined) {
    throw new MissingEvidence(
      'a what-if needs what the stages answered to the tuning rows: nothing was tested, or a file was written without; use save(path, { evidence: true })',
    );
  }
  const { tuning, served } = evidence;
  const own = evidence.paths[served];
  const { stages: chain } = own;
  const width = Math.max(1, classes.length);
  const rows = tuning.sizes.length;
  const stages = tuning.stages[served].map(({ target, passed, evidence: answers }, s): Candidate => {
    const { features: read, learner, rule } = chain[s];
    const kept = passed ? new Int32Array(0) : undefined;
    return candidateOf({ features: read, learner, rule, target, passed: kept }, answers, width);
  });
  const profile = changed(parts.profile, change.costs ?? {});
  const costsBy = (weights: ReturnType<typeof sizeWeights>) => (some: readonly Candidate[]) =>
    stageCosts(profile, some, reads, objective, weights, rows);
  const meanCosts = costsBy(evenWeights(rows));
  const laid = cheapestPart(
    stages.length,
    (part) => {
      const some = stages.filter((_, s) => part.has(s));
      return { stages: some, costs: meanCosts(some), rows, classes: width };
    },
    tuning.target,
  );
  const planning = {
    classes,
    decision: parts.plan.decision,
    names: features.names,
    reads,
    profile,
    objective,
    rows,
    costs: costsBy(sizeWeights(tuning.sizes)),
  };
  const plans = pathOf(laid).map((thresholds) => planOf(planning, laid.stages, thresholds));
  const best = planOf(planning, laid.stages, thresholdsAtLoss(laid, tuning.target));
  const plan = best.expected.cost < best.expected.fullCost ? best : withoutStages(best);
  const uses = plans.map((each) => usesOf(chain, each));
  const anew = {
    ...parts,
    profile,
    objective,
    evidence: {
      paths: [
        {
          ...own,
          plans,
          uses,
          band: [],
          observed: plans.map(() => unchanged(0, classes.length)),
          tallies: plans.map(() => ({ n: 0, lost: 0 })),
        },
      ],
      served: 0,
      tuning: { ...tuning, stages: [tuning.stages[served]] },
    },
  };
  return explored(anew, plan, 'a plan for other costs or another objective; certify its path on fresh rows');
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

function changed<Name extends string>(
  profile: Profile<Name>,
  costs: NonNullable<WhatIf<Name>['costs']>,
): Profile<Name> {
  const features: Record<Name, FeatureProfile> = { ...profile.features };
  for (const name in costs) {
    features[name] = { ...features[name], cost: { ...features[name].cost, ...costs[name] } };
  }
  return { ...profile, features };
}

function checkWhatIf<Name extends string>(
  { objective, costs, ...unknown }: WhatIf<Name>,
  profile: Profile<Name>,
) {
  checkKeys(unknown, [], 'whatIf.');
  if (objective !== undefined) checkOneOf('whatIf.objective', objective, OBJECTIVES);
  for (const name in costs) {
    const where = `whatIf.costs.${name}`;
    if (profile.features[name] === undefined) {
      const known = Object.keys(profile.features).join(', ');
      throw new OptionError(where, `no feature is named so; there are ${known}`);
    }
    const parts: object = costs[name] ?? {};
    checkKeys(parts, ['perRow', 'fixed', 'wait', 'price'], `${where}.`);
    for (const [part, value] of Object.entries(parts)) {
      if (typeof value === 'number' && value >= 0 && (part !== 'wait' || value <= 1)) continue;
      const range = part === 'wait' ? 'a share, 0 to 1' : 'a number of at least 0';
      throw new OptionError(`${where}.${part}`, `expected ${range}, got ${show(value)}`);
    }
  }
}
