import {
  type CertificationTable,
  certificateOf,
  certifyPath,
} from '../../../../cascades/certification/index.js';
import type { Thresholds } from '../../../../cascades/chain/index.js';
import type { BoundSpec } from '../../../../cascades/losses/index.js';
import { choicesFor } from '../../../../cascades/recertify/index.js';
import type { Certificate } from '../../../../index.js';
import { bandLimits, type Random, random } from '../../../../lib/stats/index.js';
import { drawRows, ERRORS, pathOf } from '../nestedPlans.js';
import type { Scenario } from '../scenario.js';

const DELTA = 0.05;
/** On this many rows the test at 1 % spends .0498 of 5 %. */
const ROWS = 473;
const EPSILON = 0.01;

/** A path of plans that each lose a little more than an epsilon, and modes for them. */
interface World {
  readonly epsilons: readonly number[];
  readonly losses: readonly number[];
}

function worldAt(epsilons: readonly number[]): World {
  const losses = [EPSILON, ...epsilons].map((epsilon) => epsilon * (1 + 1e-6)).sort((a, b) => a - b);
  return { epsilons, losses };
}

/** A promise of each mode that is served: its certificate, and what its plan truly loses. */
interface Promised {
  readonly certificate: Certificate;
  readonly loss: number;
}

/** The modes that the library finds on a path that was tested on these rows, its own plan first, with their steps. */
export function modesAt(
  path: readonly Thresholds[],
  table: CertificationTable,
  spec: BoundSpec,
  epsilons: readonly number[],
  chance: Random,
) {
  const { all: tested, ...found } = certifyPath(path, table, spec, chance);
  const plans = path.map((_, j) => ({
    classes: [0, 1],
    decision: { kind: 'argmax' as const },
    stages: [],
    full: { features: [], reach: 1, cost: 0 },
    expected: { cost: path.length - j, fullCost: 1e9, speedup: 1 },
  }));
  const certificate = certificateOf({
    spec,
    tested,
    reason: null,
    unit: 'rows',
    classes: [0, 1],
    labelled: false,
    observed: found.observed,
    hasBand: true,
  });
  const { band, observedAt: observed, tallies } = found;
  const evidence = { path: { plans, band, observed, tallies } };
  const { own, further } = choicesFor({ certificate, evidence }, epsilons);
  return { found, certificate, modes: [own, ...further] };
}

/** What the library serves on rows drawn from the world: the certificate of `tune`, and the modes beside it. */
function served({ epsilons, losses }: World, spec: BoundSpec, chance: Random, rows = ROWS) {
  const table = drawRows(rows, chance.fork('rows'));
  const { found, certificate, modes } = modesAt(pathOf(losses), table, spec, epsilons, chance);
  return {
    tuned: { certificate, loss: losses[found.step] ?? 0 },
    modes: modes.map(({ step, certificate }): Promised => ({ certificate, loss: losses[step] ?? 0 })),
  };
}

/** Modes of the band for plans that lose so much. @param epsilons the own one first */
export function modesOn(
  rows: number,
  losses: readonly number[],
  [epsilon, ...epsilons]: readonly number[],
  delta: number,
  chance: Random,
): readonly Promised[] {
  return served({ epsilons, losses }, { loss: 'disagreement', epsilon, delta }, chance, rows).modes;
}

function isFalse({ certificate: { epsilon }, loss }: Promised): boolean {
  return loss > epsilon;
}

/** The own plan and a mode at every limit of the band that the world has plans for. */
const AT_LIMITS = worldAt([...bandLimits(ROWS, DELTA)].filter((limit) => limit > EPSILON && limit < ERRORS));

/** Modes that were chosen after looking. */
export const modesOfBand: Scenario = {
  name: 'a plan and its modes from one band',
  fault: 'the plan by its own test at delta, the modes by the band at delta',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 1_500,
  async trial(seed) {
    const spec = { loss: 'disagreement' as const, epsilon: EPSILON, delta: DELTA };
    const { tuned, modes } = served(AT_LIMITS, spec, random(seed).fork('modes of band'));
    return { broken: modes.some(isFalse), faultBroken: [tuned, ...modes.slice(1)].some(isFalse) };
  },
};

const NAMED = worldAt([0.02, 0.03, 0.05]);

/** Modes that were named before the rows were drawn. */
export const modesNamed: Scenario = {
  name: 'a plan and its modes, named beforehand',
  fault: 'each epsilon tested at the whole of delta',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 1_000,
  async trial(seed) {
    const chance = random(seed).fork('modes named');
    const at = (delta: number) =>
      served(NAMED, { loss: 'disagreement', epsilon: EPSILON, delta, also: NAMED.epsilons }, chance).modes;
    return {
      broken: at(DELTA).some(isFalse),
      faultBroken: at(DELTA * (1 + NAMED.epsilons.length)).some(isFalse),
    };
  },
};
